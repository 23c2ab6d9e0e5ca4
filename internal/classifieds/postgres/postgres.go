// Package postgres stores the classifieds in PostgreSQL, with the same methods and the
// same answers as package store, which stores them in SQLite.
//
// [Open] is for a server: a pool of connections with their prepared statements.
// [OpenOnce] is for a program that answers one request: it connects when it has to, once,
// and prepares nothing. Package dataset makes the tables.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Version is the schema version of this package: the value of "schema" in the table meta.
const Version = "3"

// connectTimeout is the time limit for a connection, unless the URL has one.
const connectTimeout = 10 * time.Second

// A Store is an open data set. Its methods may be called from many goroutines if it comes
// from Open, and from one if it comes from OpenOnce.
type Store struct {
	db       source
	close    func() error
	writers  *line.Line
	patience time.Duration // of a read, with its wait for a connection and for locks
	secret   atomic.Pointer[[]byte]
}

// A source is a pool of connections, or a single one.
type source interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Open connects to the database at url, and checks the version of its data set. It keeps
// at most four connections for each core, as many as the store of SQLite, unless the URL
// has another number (pool_max_conns). Half of them may write, so that writes which wait for
// a lock leave some for those who read.
func Open(url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, explain(err)
	}
	if !given(config, "pool_max_conns") {
		config.MaxConns = int32(4 * runtime.GOMAXPROCS(0))
	}
	setTimeout(config.ConnConfig)
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, explain(err)
	}
	s := &Store{db: pool, close: func() error { pool.Close(); return nil }, writers: line.New(max(1, int(config.MaxConns)/2)), patience: line.Patience}
	if err := s.check(); err != nil {
		pool.Close()
		return nil, explain(err)
	}
	return s, nil
}

// given reports whether a setting of the pool is in the URL: ParseConfig's default is the
// number of cores, or 4.
func given(config *pgxpool.Config, key string) bool {
	_, there := settings(config.ConnString())[key]
	return there
}

func setTimeout(config *pgx.ConnConfig) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
}

// explain adds to an error of opening what was tried, and what to do about it. The error of
// pgx names host, user and database, and no password.
func explain(err error) error {
	return fmt.Errorf("open the classifieds' data: %w; DATABASE_URL names the database, as in postgres://user@host/classifieds", err)
}

// check compares the version of the schema.
func (s *Store) check() error {
	version, err := readOne(context.Background(), s, pgx.RowTo[string], "SELECT value FROM meta WHERE key = 'schema'")
	switch {
	case errors.Is(err, listings.ErrNotFound), refused(err, undefinedTable):
		return fmt.Errorf("%w: it has no data set of the classifieds", listings.ErrSchema)
	case err == nil && version != Version:
		return fmt.Errorf("%w: it has schema %s, this program needs %s", listings.ErrSchema, version, Version)
	}
	return err
}

// Codes of errors of PostgreSQL (its manual, appendix A).
const (
	undefinedTable = "42P01"
	noLock         = "55P03" // within lock_timeout
	deadlock       = "40P01"
	canceled       = "57014" // after statement_timeout
	diskFull       = "53100"
)

// Close closes all connections. Call no method after it.
func (s *Store) Close() error { return s.close() }

// readOne is one for a read outside of a transaction, which waits until its context ends, and
// no longer than the store's patience. A lock that readers wait for, such as that of ALTER
// TABLE or VACUUM FULL, would otherwise hold all connections, and all visitors, for as long as
// it lasts.
func readOne[T any](ctx context.Context, s *Store, to pgx.RowToFunc[T], sql string, args ...any) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return one(ctx, s.db, to, sql, args...)
}

// readAll is all with the same time limit.
func readAll[T any](ctx context.Context, s *Store, to pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return all(ctx, s.db, to, sql, args...)
}

// one returns the only row of a query, or listings.ErrNotFound.
func one[T any](ctx context.Context, db source, to pgx.RowToFunc[T], sql string, args ...any) (found T, err error) {
	rows, err := db.Query(ctx, sql, args...)
	if err == nil {
		found, err = pgx.CollectExactlyOneRow(rows, to)
	}
	return found, asked(sql, err)
}

// all returns the rows of a query.
func all[T any](ctx context.Context, db source, to pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, asked(sql, err)
	}
	found, err := pgx.CollectRows(rows, to)
	return found, asked(sql, err)
}

// change runs a statement that must change a row; otherwise it returns
// listings.ErrNotFound.
func change(ctx context.Context, db source, sql string, args ...any) error {
	tag, err := db.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = pgx.ErrNoRows
	}
	return asked(sql, err)
}

func asked(sql string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return listings.ErrNotFound
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), refused(err, noLock, deadlock, canceled):
		return fmt.Errorf("%w: run %q: %w", listings.ErrBusy, sql, err)
	case refused(err, diskFull):
		return fmt.Errorf("%w: run %q: %w", listings.ErrFull, sql, err)
	}
	return fmt.Errorf("run %q: %w", sql, err)
}

// refused reports whether the server refused a statement with one of the codes.
func refused(err error, codes ...string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, e.Code)
}

// write runs f in a transaction, and commits it if f succeeds and ctx has not ended. There is
// one deadline for the line and the locks; after it, the error wraps listings.ErrBusy.
//
// A single statement is in a transaction too. PostgreSQL notices that a client is gone when
// it reads from it: without the transaction, a statement that waited for a lock would still
// take effect after a process of CGI was killed.
func (s *Store) write(ctx context.Context, f func(context.Context, source) error) error {
	until, leave, err := s.writers.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	err = pgx.BeginFunc(until, s.db, func(tx pgx.Tx) error { return f(until, tx) })
	if err != nil && until.Err() != nil {
		return fmt.Errorf("%w: %w", listings.ErrBusy, err)
	}
	return err
}
