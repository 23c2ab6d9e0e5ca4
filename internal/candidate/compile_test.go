package candidate

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCIsCompiledOnce compares the build IDs of all packages with C code: the builds of the
// classifieds reuse the code that "go run ./cmd/classibench" has compiled. SQLite takes a
// minute.
func TestCIsCompiledOnce(t *testing.T) {
	known := buildIDs(t, "../../cmd/classibench", nil)
	if known["github.com/mattn/go-sqlite3"] == "" {
		t.Fatalf("this command is built from %v, without SQLite", known)
	}
	for _, flags := range buildFlags {
		for name, r := range recipes {
			for pkg, id := range buildIDs(t, r.pkg, flags) {
				if known[pkg] != id {
					t.Errorf("%s: %s is compiled again for the flags %q", name, pkg, flags)
				}
			}
		}
	}
}

// buildIDs returns the build IDs of a program's packages with C code.
func buildIDs(t *testing.T, pkg string, flags []string) map[string]string {
	t.Helper()
	args := append([]string{"list", "-deps", "-export", "-f", "{{if .CgoFiles}}{{.ImportPath}} {{.BuildID}}{{end}}"}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		ids[path] = id
	}
	return ids
}

// TestNothingIsFetchedUnasked replaces the go command by one that finds no sources. make
// must not run it to download any.
func TestNothingIsFetchedUnasked(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\necho \"$1\" >>\"$GO_LOG\"\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GO_LOG", log)
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	_, err := recipes["cgi"].make(t.Context(), t.TempDir())
	wrong, ok := errors.AsType[*Error](err)
	if !ok || !strings.Contains(err.Error(), sourceDir()) || !strings.Contains(wrong.Hint, "beside it") {
		t.Errorf("got %v, %+v; want one that names the clone", err, wrong)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if line != "list\n" {
			t.Errorf("it ran go %s", line)
		}
	}
}
