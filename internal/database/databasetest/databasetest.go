// Package databasetest starts PostgreSQL for tests.
package databasetest

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/classibench/classibench/internal/database"
)

// Main runs the tests of a package with one server, whose databases are copies of what
// fill makes. It keeps none of what survives a crash. Where PostgreSQL is not installed,
// host is nil: see Need.
func Main(m *testing.M, host **database.Host, fill func(ctx context.Context, url string) error) (code int) {
	h, err := database.New(context.Background(), database.Options{Settings: database.NoSync}, fill)
	switch {
	case errors.Is(err, database.ErrNotInstalled):
		return m.Run()
	case err != nil:
		panic(err)
	}
	*host = h
	defer func() {
		if err := h.Close(); err != nil {
			panic(err)
		}
	}()
	return m.Run()
}

// Need returns a fresh copy for a test, or skips it where PostgreSQL is not installed. The
// copy stays until the server ends: dropping it would take as long as the test.
func Need(tb testing.TB, host *database.Host) *database.Copy {
	tb.Helper()
	if host == nil {
		missing(tb)
	}
	c, err := host.Copy(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Start starts a server for one test. It is nil where PostgreSQL is not installed.
func Start(tb testing.TB, settings []string, fill func(ctx context.Context, url string) error) *database.Host {
	tb.Helper()
	h, err := database.New(tb.Context(), database.Options{Settings: settings}, fill)
	switch {
	case errors.Is(err, database.ErrNotInstalled):
		return nil
	case err != nil:
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Close(); err != nil {
			tb.Error(err)
		}
	})
	return h
}

// Installed skips a test where PostgreSQL is not installed, unless skipping is forbidden.
func Installed(tb testing.TB) {
	tb.Helper()
	if _, err := database.Find(); err != nil {
		missing(tb)
	}
}

func missing(tb testing.TB) {
	tb.Helper()
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		tb.Fatal(database.ErrNotInstalled)
	}
	tb.Skip(database.ErrNotInstalled)
}
