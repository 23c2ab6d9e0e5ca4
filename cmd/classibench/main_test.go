package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"classibench": mainOrTry, "classibench-hello": hello, "classibench-ads": ads, "classibench-result": checkResult})
}

// TestScripts runs testdata/script, which specifies the command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               equip,
		Condition:           condition,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits runs a command that must exit with a status: "exits 2 classibench compare none".
// A signal counts as in a shell, as 128 plus its number.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits status program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	exit, ended := errors.AsType[*exec.ExitError](err)
	if err != nil && !ended {
		ts.Fatalf("%v", err)
	}
	got := 0
	if ended {
		got = exitStatus(exit.ProcessState)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func exitStatus(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

// condition adds [php], [perlservers] and [fcgi.pm] to the conditions of testscript.
func condition(name string) (bool, error) {
	switch name {
	case "php":
		return mustHave("sh", "-c", `php-cgi -v && set -- /usr/sbin/php-fpm* && "$1" -v`), nil
	case "perlservers":
		return mustHave("sh", "-c", "test -e /usr/lib/apache2/modules/mod_perl.so && starman --version && perl -MCGI -MDBD::SQLite -MHTML::Template -e 1"), nil
	case "fcgi.pm":
		return mustHave("perl", "-MFCGI", "-e", "1"), nil
	}
	return false, nil
}

// mustHave reports whether a command that a script needs works. If skipping is forbidden, it
// has to.
func mustHave(name string, args ...string) bool {
	return exec.Command(name, args...).Run() == nil || os.Getenv("CLASSIBENCH_NO_SKIP") == "1"
}

// equip gives a script its own directory for temporary files, and a cache that all scripts
// share, so that data are made only once. SAMPLE is the report of an earlier run.
func equip(e *testscript.Env) error {
	bin, err := built()
	if err != nil {
		return err
	}
	e.Setenv("XDG_CACHE_HOME", filepath.Dir(bin))
	e.Setenv("TMPDIR", e.WorkDir)
	e.Setenv("BIN", bin)
	sample, err := filepath.Abs("../../docs/sample")
	e.Setenv("SAMPLE", sample)
	e.Setenv("OLD_DATA", filepath.Join(sample, "../../internal/classifieds/dataset/testdata/schema-2.sqlite"))
	return err
}

// built makes the two builds, once, beside the classibench of the tests, and
// returns the directory.
var built = sync.OnceValues(func() (string, error) {
	self, err := exec.LookPath("classibench")
	if err != nil {
		return "", err
	}
	bin := filepath.Dir(self)
	for file, pkg := range map[string]string{"classifieds.cgi": "../../cgi/classifieds", "classifieds-server": "../../persistent/classifieds"} {
		build := exec.Command("go", "build", "-buildvcs=false", "-tags", "netgo osusergo", "-ldflags", "-s -w", "-o", filepath.Join(bin, file), pkg)
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	return bin, nil
})

// readUntil limits the time in which a test reads from a pipe of a command, so that a line
// that never comes is a failure of this test. The end of the pipe may not come either: a
// successor that was started by the command holds it, too.
func readUntil(t *testing.T, pipe io.ReadCloser, end time.Time) {
	t.Helper()
	if err := pipe.(*os.File).SetReadDeadline(end); err != nil {
		t.Fatal(err)
	}
}
