package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// A conn is one connection with its prepared statements. One goroutine uses it
// at a time.
type conn struct {
	raw      driver.Conn
	prepared map[string]stmt
}

// A stmt is a statement of the driver.
type stmt interface {
	driver.StmtQueryContext
	driver.StmtExecContext
	Close() error
}

func dial(dsn string) (*conn, error) {
	raw, err := (&sqlite3.SQLiteDriver{}).Open(dsn)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, prepared: map[string]stmt{}}, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.raw.Close())...)
}

// prepare returns the statement of sql, prepared once for each connection.
//
// SQLite prepares a statement again whenever a bound parameter is one that its
// planner used (an equality that it weighs as a filter, a limit), which can take
// longer than the query. The planner ignores a parameter after a unary plus, so
// such parameters are written "+?".
func (c *conn) prepare(sql string) (stmt, error) {
	if s, ok := c.prepared[sql]; ok {
		return s, nil
	}
	raw, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", sql, err)
	}
	s := raw.(stmt)
	c.prepared[sql] = s
	return s, nil
}

// query calls each for every row. A row is valid until each returns.
func (c *conn) query(sql string, args []driver.Value, each func(row) error) (err error) {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.Background(), named(args))
	if err != nil {
		return fmt.Errorf("query %q: %w", sql, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make(row, len(rows.Columns()))
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("query %q: %w", sql, err)
		}
		if err := each(values); err != nil {
			return err
		}
	}
}

// named numbers the arguments, from 1.
func named(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, v := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}

// exec runs a statement that returns no rows.
func (c *conn) exec(sql string, args ...driver.Value) error {
	_, err := c.run(sql, args...)
	return err
}

func (c *conn) run(sql string, args ...driver.Value) (driver.Result, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return nil, err
	}
	res, err := s.ExecContext(context.Background(), named(args))
	if err != nil {
		return nil, fmt.Errorf("run %q: %w", sql, err)
	}
	return res, nil
}

// patiently runs a statement that needs a lock, again and again until ctx ends while
// another process has the lock. The database library waits by itself for the busy timeout,
// and cannot be interrupted while it does.
func (c *conn) patiently(ctx context.Context, sql string) error {
	for {
		if err := line.Check(ctx); err != nil {
			return err
		}
		if err := c.exec(sql); !locked(err) {
			return err
		}
	}
}

// change runs a statement that must change a row; otherwise it returns ErrNotFound.
func (c *conn) change(sql string, args ...driver.Value) error {
	res, err := c.run(sql, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, listings.ErrNotFound)
	}
	return nil
}

// A row is a row of a result, by column. The types are those of the values, not of
// the columns: a value of another type reads as zero.
type row []driver.Value

func (r row) int(i int) int64 {
	n, _ := r[i].(int64)
	return n
}

func (r row) text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func (r row) blob(i int) []byte {
	b, _ := r[i].([]byte)
	return b
}
