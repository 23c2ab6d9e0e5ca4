package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// A tree is built where git does not say what the commit is: in a clone of another
// user.
func TestBuildInAnothersClone(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{"go.mod": "module example.org/shop\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull) // it may allow all directories
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	gitIn(t, "init", "-q", ".")
	gitIn(t, "add", ".")
	gitIn(t, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-q", "-m", "one")
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	t.Setenv("GOFLAGS", "-buildvcs=true") // as by default in a repository; in CI it may be off
	r := recipe{file: "shop", pkg: "example.org/shop"}
	if _, err := r.makeFrom(t.Context(), ".", t.TempDir()); err != nil {
		t.Error(err)
	}
}

func TestAnInterruptedBuildSaysNothingOfSources(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := recipes["cgi"].make(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was interrupted", err)
	}
}

func TestAResetMayMakeTheScript(t *testing.T) {
	script := filepath.Join(t.TempDir(), "index.php")
	c, err := own(scenarios.Target{Name: "php", Kind: target.CGI, Command: []string{"/bin/sh"}, Reset: []string{"touch", script},
		Settings: &scenarios.CGI{Gateway: scenarios.Gateway{Script: script}}}, "/bin/true", stage{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Fresh(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAFullDiskIsForTheUserToClear(t *testing.T) {
	code, hint := explain(describe(fmt.Errorf("prepare cgi: %w", syscall.ENOSPC)))
	if code != exitUsage || !strings.Contains(hint, "TMPDIR") {
		t.Errorf("got %d, %q", code, hint)
	}
}

func TestDoctorMissesAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "GOCACHE", "GOMODCACHE", "GOPATH"} {
		t.Setenv(name, "")
	}
	if _, built := besideExecutable(recipes["cgi"].file); built {
		t.Skip("the classifieds are built")
	}
	if f := checkGo(t.Context()); f.State != missing {
		t.Errorf("got %+v, want that go has no caches", f)
	}
}

func TestAMeterStaysOnItsLine(t *testing.T) {
	var out bytes.Buffer // 80 columns
	long := time.Now().Add(-time.Minute)
	m := &meter{w: &out, what: "making /" + strings.Repeat("x", 100), terminal: true, began: long, shown: long}
	m.update(1, 2)
	if n := utf8.RuneCountInString(strings.TrimPrefix(out.String(), "\r\x1b[K")); n == 0 || n > 79 {
		t.Errorf("a line of %d columns on 80", n)
	}
}
