package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"classibench": main, "classibench-hello": hello})
}

// hello is a server for scripts to compare with.
func hello() {
	err := http.ListenAndServe(os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "hello Ann")
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestScripts runs testdata/script: the specification of the command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               func(e *testscript.Env) error { return equip(t, e) },
		Condition:           condition,
	})
}

// condition knows [short], beside those of testscript.
func condition(name string) (bool, error) {
	return name == "slow" && !testing.Short(), nil
}

// equip gives a script the two builds beside its classibench, and a cache of
// its own with the data set in it.
func equip(t *testing.T, e *testscript.Env) error {
	builds, err := built()
	if err != nil {
		return err
	}
	path := e.Getenv("PATH")
	bin, _, _ := strings.Cut(path, string(filepath.ListSeparator))
	for _, r := range recipes {
		if err := os.Link(filepath.Join(builds, r.file), filepath.Join(bin, r.file)); err != nil && !os.IsExist(err) {
			return err
		}
	}
	e.Setenv("XDG_CACHE_HOME", builds)
	e.Setenv("TMPDIR", e.WorkDir)
	e.Setenv("BIN", bin)
	return nil
}

// built makes the two builds, once, beside the directory where testscript has
// put classibench: so they can be linked.
var built = sync.OnceValues(func() (string, error) {
	self, err := exec.LookPath("classibench")
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(filepath.Dir(self))
	for _, r := range recipes {
		var failed error
		for _, flags := range buildFlags {
			args := append([]string{"build", "-o", filepath.Join(dir, r.file)}, flags...)
			if failed = runGo(context.Background(), nil, append(args, r.pkg)...); failed == nil {
				break
			}
		}
		if failed != nil {
			return "", failed
		}
	}
	return dir, nil
})
