package candidate

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/git"
)

// {out} and {tree} are one word in any quotes, also if the directory for temporary files has
// a space or a quote in its name.
func TestPlaceholdersInQuotes(t *testing.T) {
	for _, name := range []string{"plain", "two words", "it's", `$(id) "x" ` + "`y`"} {
		for _, quote := range []string{"", "'", `"`} {
			dir := filepath.Join(t.TempDir(), name)
			work, out := filepath.Join(dir, "tree"), filepath.Join(dir, "out")
			if err := errors.Join(os.MkdirAll(work, 0o700), os.MkdirAll(out, 0o700), os.WriteFile(filepath.Join(work, "program"), []byte("#!/bin/sh\necho \"right $1\"\n"), 0o755)); err != nil {
				t.Fatal(err)
			}
			s := &Setup{dir: dir, self: "/bin/true", options: Options{Logf: t.Logf}}
			p := Program{Build: "cp " + quote + "{tree}/program" + quote + " " + quote + "{out}" + quote, Run: quote + "{out}" + quote + " -listen"}
			c, err := s.buildOwn(t.Context(), &Change{repo: &git.Repository{}}, p, tree{name: "head", dir: work}, out)
			if err != nil {
				t.Fatalf("%s in %s: %v", p.Build, dir, err)
			}
			ready, err := c.Fresh(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got, err := exec.Command(ready.Command[0], ready.Command[1:]...).Output()
			if err != nil || strings.TrimSpace(string(got)) != "right -listen" {
				t.Errorf("%s in %s: %q prints %q, %v", p.Run, dir, ready.Command, got, err)
			}
		}
	}
}
