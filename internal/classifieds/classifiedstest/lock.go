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
	db, err := sql.Open("sqlite3", path) // package dataset registers the driver
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
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
