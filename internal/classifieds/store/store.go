// Package store stores the classifieds in SQLite.
//
// [Open] opens a data set that "classibench initdb" made; it checks the version of
// the schema and changes nothing. The package calls the driver directly: a CGI
// program opens one connection and runs a few statements, and database/sql would
// take more time than the statements do. A server keeps the connections and their
// prepared statements.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Version is the schema version of this package: SQLite's user_version.
const Version = 3

// A Store is an open data set. Its methods may be called from many goroutines.
type Store struct {
	dsn     string
	free    chan *conn
	permits chan struct{} // one for each connection that may still be opened
	writers *line.Line    // SQLite allows one writer at a time: waiting here is cheaper than polling its lock
	secret  atomic.Pointer[[]byte]

	patience time.Duration // of a read, with its wait for a connection and for the lock
}

// Open opens the data set at path.
func Open(path string) (*Store, error) {
	if err := isFile(path); err != nil {
		return nil, explainOpen(path, err)
	}
	max := 4 * runtime.GOMAXPROCS(0)
	s := &Store{dsn: dsn(path), free: make(chan *conn, max), permits: make(chan struct{}, max), writers: line.New(1), patience: line.Patience}
	for range max {
		s.permits <- struct{}{}
	}
	if err := s.check(path); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// isFile returns an error for what SQLite would read as an empty file, such as a device.
func isFile(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = fmt.Errorf("%s is no file (%v)", path, info.Mode().Type())
	}
	return err
}

// dsn returns the file with the settings of every connection: wait a moment for locks,
// enforce foreign keys, and leave it to the checkpoints to sync. So a power cut may lose
// the last writes, but damages nothing (SQLite's documentation of PRAGMA synchronous).
func dsn(path string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(),
		RawQuery: "mode=rw&_busy_timeout=100&_mutex=no&_foreign_keys=1&_synchronous=NORMAL"}).String()
}

func explainOpen(path string, err error) error {
	if strings.HasPrefix(path, "postgres") && strings.Contains(path, ":") { // it may hold a password
		return errors.New("open the classifieds' data: the address of a PostgreSQL database is given, but this program reads a file of SQLite: give its path, or start a program that was built for PostgreSQL")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open the classifieds' data: %w; make a data set with: classibench initdb %s", err, path)
	}
	return fmt.Errorf("open the classifieds' data: %w", err)
}

// check compares the version of the schema.
func (s *Store) check(path string) error {
	version := int64(-1)
	err := s.read(context.Background(), func(c *conn) error {
		return c.query("PRAGMA user_version", nil, func(r row) error { version = r.int(0); return nil })
	})
	if err != nil {
		return unreadable(path, err)
	}
	if version == Version {
		return nil
	}
	remedy := "make a new one with: classibench initdb --force "
	if 0 < version && version < Version {
		remedy = "keep its ads with: classibench initdb --upgrade "
	}
	return fmt.Errorf("open the classifieds' data: %s: %w: it has schema %d, this program needs %d; %s%s",
		path, listings.ErrSchema, version, Version, remedy, path)
}

// unreadable explains why the version of the schema cannot be read.
func unreadable(path string, err error) error {
	remedy := "check that it is an SQLite file, or make a data set with: classibench initdb"
	if errors.Is(err, listings.ErrBusy) {
		remedy = "another process has locked the whole file: wait for it, or end it (fuser " + path + " names it)"
	}
	return fmt.Errorf("open the classifieds' data: %s: %w; %s", path, err, remedy)
}

// Close closes all connections. Call no method after it.
func (s *Store) Close() error {
	var errs []error
	for {
		select {
		case c := <-s.free:
			errs = append(errs, c.close())
		default:
			return errors.Join(errs...)
		}
	}
}

// acquire returns a free connection. It opens one, or waits until ctx ends, if none is free.
func (s *Store) acquire(ctx context.Context) (*conn, error) {
	select {
	case c := <-s.free:
		return c, nil
	default:
	}
	select {
	case c := <-s.free:
		return c, nil
	case <-s.permits:
		c, err := dial(s.dsn)
		if err != nil {
			s.permits <- struct{}{}
		}
		return c, err
	case <-ctx.Done():
		return nil, line.Check(ctx)
	}
}

// use runs f with a connection.
func (s *Store) use(ctx context.Context, f func(*conn) error) error {
	c, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	return s.lend(c, f)
}

// lend runs f with a connection that is free again afterwards.
func (s *Store) lend(c *conn, f func(*conn) error) error {
	defer func() { s.free <- c }()
	return f(c)
}

// read runs f with a connection. Writers do not make a reader wait, but another process
// does that recovers or removes the write-ahead log, or that has locked the whole file. SQLite
// reports that before the first row, so f has read nothing when it runs again.
//
// Nearly all reads find a free connection and no lock. Only the others pay for a deadline.
func (s *Store) read(ctx context.Context, f func(*conn) error) error {
	select {
	case c := <-s.free:
		if err := s.lend(c, f); !locked(err) {
			return err
		}
	default:
	}
	return s.readPatiently(ctx, f)
}

// readPatiently is read with one deadline for the connection and the lock; after it, or when
// ctx ends, the error wraps listings.ErrBusy. Each try lasts as long as the busy timeout, and
// leaves the connection to others who wait.
func (s *Store) readPatiently(ctx context.Context, f func(*conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for {
		if err := line.Check(ctx); err != nil {
			return err
		}
		if err := s.use(ctx, f); !locked(err) {
			return err
		}
	}
}

// write runs f in a transaction, and commits it if f succeeds and ctx has not ended: nothing
// is written for a visitor who has left. There is one deadline for the line, the lock that
// another process may have, and the commit; after it, the error wraps listings.ErrBusy. It wraps
// listings.ErrFull if the disk is full.
func (s *Store) write(ctx context.Context, f func(*conn) error) error {
	until, leave, err := s.writers.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.use(until, func(c *conn) error {
		if err := c.patiently(until, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		err := f(c)
		if err == nil {
			err = c.patiently(until, "COMMIT")
		}
		if full(err) {
			err = fmt.Errorf("%w: %w", listings.ErrFull, err)
		}
		if err != nil {
			return errors.Join(err, c.exec("ROLLBACK"))
		}
		return nil
	})
}
