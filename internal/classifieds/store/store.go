// Package store stores the classifieds in SQLite.
//
// [Open] opens a data set that "classibench initdb" made; it checks the version of
// the schema and changes nothing. The package calls the driver directly: a CGI
// program opens one connection and runs a few statements, and database/sql would
// take more time than the statements do. A server keeps the connections and their
// prepared statements.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Version is the schema version of this package: SQLite's user_version.
const Version = 2

// A Store is an open data set. Its methods may be called from many goroutines.
type Store struct {
	dsn     string
	free    chan *conn
	permits chan struct{} // one for each connection that may still be opened
	writing sync.Mutex    // SQLite allows one writer at a time: waiting here is cheaper than polling its lock
	secret  atomic.Pointer[[]byte]
}

// Open opens the data set at path.
func Open(path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, explainOpen(path, err)
	}
	max := 4 * runtime.GOMAXPROCS(0)
	s := &Store{dsn: dsn(path), free: make(chan *conn, max), permits: make(chan struct{}, max)}
	for range max {
		s.permits <- struct{}{}
	}
	if err := s.check(path); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// dsn returns the file with the settings of every connection: wait for locks, and
// enforce foreign keys.
func dsn(path string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(),
		RawQuery: "mode=rw&_busy_timeout=10000&_mutex=no&_foreign_keys=1&_synchronous=NORMAL"}).String()
}

func explainOpen(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open the classifieds' data: %w; make a data set with: classibench initdb %s", err, path)
	}
	return fmt.Errorf("open the classifieds' data: %w", err)
}

// check compares the version of the schema.
func (s *Store) check(path string) error {
	version := int64(-1)
	err := s.read(func(c *conn) error {
		return c.query("PRAGMA user_version", nil, func(r row) error { version = r.int(0); return nil })
	})
	if err != nil {
		return fmt.Errorf("open the classifieds' data: %s: %w; check that it is an SQLite file, or make a data set with: classibench initdb", path, err)
	}
	if version != Version {
		return fmt.Errorf("open the classifieds' data: %s: %w: it has schema %d, this program needs %d; make a new one with: classibench initdb --force %s",
			path, listings.ErrSchema, version, Version, path)
	}
	return nil
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

// acquire returns a free connection. It opens one, or waits, if none is free.
func (s *Store) acquire() (*conn, error) {
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
	}
}

// read runs f with a connection.
func (s *Store) read(f func(*conn) error) error {
	c, err := s.acquire()
	if err != nil {
		return err
	}
	defer func() { s.free <- c }()
	return f(c)
}

// write runs f in a transaction, which it commits if f succeeds.
func (s *Store) write(f func(*conn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.read(func(c *conn) error {
		if err := c.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		if err := f(c); err != nil {
			return errors.Join(err, c.exec("ROLLBACK"))
		}
		if err := c.exec("COMMIT"); err != nil {
			return errors.Join(err, c.exec("ROLLBACK"))
		}
		return nil
	})
}
