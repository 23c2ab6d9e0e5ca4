package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"classibench": mainOrTry, "classibench-hello": hello})
}

// hello is a server for scripts to compare with: at an address, at a pace (so
// many hashes a request), or with nothing to find ("gone").
func hello() {
	work := 0
	if len(os.Args) > 2 {
		work, _ = strconv.Atoi(os.Args[2])
	}
	greet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(os.Args) > 2 && os.Args[2] == "gone" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintln(w, "hello Ann")
	})
	err := http.ListenAndServe(os.Args[1], burdened(greet, work))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestScripts runs testdata/script: the specification of the command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               equip,
		Condition:           condition,
	})
}

// condition knows [slow], [php] and [fcgi.pm], beside those of testscript.
func condition(name string) (bool, error) {
	switch name {
	case "slow":
		return !testing.Short(), nil
	case "php":
		return mustHave("sh", "-c", `php-cgi -v && set -- /usr/sbin/php-fpm* && "$1" -v`), nil
	case "fcgi.pm":
		return mustHave("perl", "-MFCGI", "-e", "1"), nil
	}
	return false, nil
}

// mustHave reports whether a command works that a script needs; where skipping is
// forbidden, it has to.
func mustHave(name string, args ...string) bool {
	return exec.Command(name, args...).Run() == nil || os.Getenv("CLASSIBENCH_NO_SKIP") == "1"
}

// equip gives a script a directory for temporary files, and a cache that all
// scripts share, so that data are made once.
func equip(e *testscript.Env) error {
	bin, err := built()
	if err != nil {
		return err
	}
	e.Setenv("XDG_CACHE_HOME", filepath.Dir(bin))
	e.Setenv("TMPDIR", e.WorkDir)
	e.Setenv("BIN", bin)
	return nil
}

// built makes the two builds, once, beside the classibench of the tests, and
// returns the directory.
var built = sync.OnceValues(func() (string, error) {
	self, err := exec.LookPath("classibench")
	if err != nil {
		return "", err
	}
	bin := filepath.Dir(self)
	for _, r := range recipes {
		if _, err := r.makeFrom(context.Background(), ".", bin); err != nil {
			return "", err
		}
	}
	return bin, nil
})
