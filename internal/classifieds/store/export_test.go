//go:build cgo

package store

import (
	"context"
	"time"

	"github.com/mattn/go-sqlite3"
)

// CountPreparing counts the authorizations that SQLite's compiler requests on the
// free connection: none while no statement is prepared.
func (s *Store) CountPreparing() *int {
	n := new(int)
	c := <-s.free
	c.raw.(*sqlite3.SQLiteConn).RegisterAuthorizer(func(int, string, string, string) int { *n++; return sqlite3.SQLITE_OK })
	s.free <- c
	return n
}

// Exec runs any statement.
func (s *Store) Exec(sql string) error {
	return s.read(context.Background(), func(c *conn) error { return c.exec(sql) })
}

// SetPatience limits the time of a read.
func (s *Store) SetPatience(d time.Duration) { s.patience = d }

// Unreadable is the error of a data set whose version cannot be read.
var Unreadable = unreadable
