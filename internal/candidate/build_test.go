package candidate

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// A tree is built even if git does not report the commit, in a clone of another user.
func TestBuildInAnothersClone(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{"go.mod": "module example.org/shop\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull) // the user's may allow all directories
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
		t.Errorf("got %v, want an error of the interruption", err)
	}
}

func TestAResetMayMakeTheScript(t *testing.T) {
	script := filepath.Join(t.TempDir(), "index.php")
	c, err := (&Setup{self: "/bin/true", dir: t.TempDir()}).own(scenarios.Target{Name: "php", Kind: target.CGI, Command: []string{"/bin/sh"}, Reset: []string{"touch", script},
		Settings: &scenarios.CGI{Gateway: scenarios.Gateway{Script: script}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Fresh(t.Context()); err != nil {
		t.Error(err)
	}
}

func gitIn(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
