//go:build unix

package classifiedstest

import (
	"context"
	"database/sql"
	"sync"
	"testing"
)

// Lock takes the write lock of a data set in SQLite, as another process would, and returns a
// function that releases it. The end of the test does too.
func Lock(t *testing.T, path string) (release func()) {
	t.Helper()
	return lock(t, path, "BEGIN IMMEDIATE")
}

// LockFile takes the lock of the whole file, which keeps out those who read, too. The data set
// has to be one Unlogged.
func LockFile(t *testing.T, path string) (release func()) {
	t.Helper()
	return lock(t, path, "BEGIN EXCLUSIVE")
}

// Unlogged gives a data set a rollback journal in the place of the write-ahead log, as VACUUM
// INTO and restored dumps have it: there, a process can lock the whole file at any moment.
func Unlogged(t *testing.T, path string) {
	t.Helper()
	lock(t, path, "PRAGMA journal_mode = DELETE; BEGIN")()
}

func lock(t *testing.T, path, how string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite3", path) // package dataset registers the driver
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), how); err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() {
		if _, err := c.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
		c.Close()
		db.Close()
	})
	t.Cleanup(release)
	return release
}
