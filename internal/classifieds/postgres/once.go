package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/classibench/classibench/internal/classifieds/line"
)

// OpenOnce returns a store for one request. It connects at the first query: a request for
// the stylesheet needs no connection. It does not check the version of the data set, which
// would be a query more for each request: a query of another version fails. It sends each
// query with its arguments in one message: preparing pays off from the second use on, and
// there is none.
func OpenOnce(url string) (*Store, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, explain(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = 0, 0
	setTimeout(config)
	c := &single{config: config}
	return &Store{db: c, close: c.close, writers: line.New(1), patience: line.Patience}, nil
}

// A single is a connection that is made when it is needed.
type single struct {
	config *pgx.ConnConfig
	conn   *pgx.Conn
}

func (s *single) connect(ctx context.Context) (err error) {
	if s.conn != nil {
		return nil
	}
	if s.conn, err = pgx.ConnectConfig(ctx, s.config); err != nil {
		s.conn = nil
		return explain(err)
	}
	return nil
}

// Query connects, if necessary, and runs a query.
func (s *single) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	return s.conn.Query(ctx, sql, args...)
}

// Exec connects, if necessary, and runs a statement.
func (s *single) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := s.connect(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return s.conn.Exec(ctx, sql, args...)
}

// Begin connects, if necessary, and begins a transaction.
func (s *single) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	return s.conn.Begin(ctx)
}

// close tells the server about the end, since it logs an error for a connection that
// breaks.
func (s *single) close() error {
	if s.conn == nil {
		return nil
	}
	err := s.conn.Close(context.Background())
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
