//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/hazard"
)

// TestVerifyGuideNamesTheHazards compares the guide's list of hazards with the one that
// findings take their cause and hints from.
func TestVerifyGuideNamesTheHazards(t *testing.T) {
	guide, err := os.ReadFile("../../docs/verify.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hazard.All() {
		if want := hazardSection(h); !strings.Contains(string(guide), want) {
			t.Errorf("docs/verify.md lacks\n%s", want)
		}
	}
}

func hazardSection(h hazard.Hazard) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %d. %s\n\nHow it shows: %s. Look for:\n\n", h.Number, strings.ToUpper(h.Cause[:1])+h.Cause[1:], h.Shows)
	for _, x := range h.Hints {
		fmt.Fprintf(&b, "- **%s**: %s\n", x.Language, escapeHint(x.Text))
	}
	return b.String()
}

// escapeHint keeps Markdown from reading characters of programs.
func escapeHint(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "|", `\|`).Replace(s)
}

// TestVerifyGuide follows the guide in each language. Only the program in Perl leaks.
func TestVerifyGuide(t *testing.T) {
	languages := readRecipes(t, "verify.md")
	if len(languages) != 4 {
		t.Errorf("found %d languages, want 4", len(languages))
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range languages {
		t.Run(r.name, func(t *testing.T) {
			r.need(t)
			dir, want := t.TempDir(), map[string]int{"Perl": 1}[r.name]
			if got, out := follow(t, r, dir, bin); got != want {
				t.Errorf("exit status %d, want %d:\n%s", got, want, out)
			}
			if want == 0 {
				return
			}
			for _, name := range []string{"verification.json", "verify.html", "finding.json", "finding.sh"} {
				if _, err := os.Stat(filepath.Join(dir, "parity", name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// follow writes the files of a recipe and runs its commands, and returns the exit status and
// the output of the last ones.
func follow(t *testing.T, r guide, dir, bin string) (status int, out []byte) {
	t.Helper()
	for _, step := range r.steps {
		if step.file != "" {
			write(t, filepath.Join(dir, step.file), step.text, 0o644)
			continue
		}
		cmd := exec.Command("sh", "-ec", step.text)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "TMPDIR="+t.TempDir())
		var err error
		out, err = cmd.CombinedOutput()
		if exit, ended := errors.AsType[*exec.ExitError](err); ended {
			return exit.ExitCode(), out
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return 0, out
}
