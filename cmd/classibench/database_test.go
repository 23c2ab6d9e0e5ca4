//go:build linux

package main

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/database/databasetest"
)

// TestDatabaseScripts runs testdata/script/postgres, which specifies what --db does. RUNNING
// is the address of a server that runs already.
func TestDatabaseScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for half a minute")
	}
	running := databasetest.Start(t, database.NoSync, func(context.Context, string) error { return nil })
	address := databasetest.Need(t, running).URL
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script/postgres",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("RUNNING", address)
			return errors.Join(equip(e), enterable(e))
		},
		Condition: condition,
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// enterable gives a script a directory for temporary files that the user can enter as which
// root starts the server.
func enterable(e *testscript.Env) error {
	dir, err := os.MkdirTemp("", "classibench-test-")
	if err != nil {
		return err
	}
	e.Defer(func() { os.RemoveAll(dir) })
	e.Setenv("TMPDIR", dir)
	return os.Chmod(dir, 0o755)
}
