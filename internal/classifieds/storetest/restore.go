package storetest

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Documented returns the commands in docs/deploy.md that have a part.
func Documented(t *testing.T, part string) (commands []string) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if command, ok := strings.CutPrefix(lines.Text(), "    "); ok && strings.Contains(command, part) {
			commands = append(commands, command)
		}
	}
	if commands == nil {
		t.Fatalf("docs/deploy.md has no command with %q", part)
	}
	return commands
}

// Shell runs a command with more variables in its environment.
func Shell(t *testing.T, command string, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// RunRestored tests a store whose data are an old copy, and whose counters got a lead.
func RunRestored(t *testing.T, s classifieds.Store) {
	const lead = 1_000_000
	id := must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), []listings.Photo{picture}))
	if shown := must(s.Ad(t.Context(), id)).Pictures[0]; id <= ads+lead || shown.ID <= lead {
		t.Errorf("the new ad is %d with photo %d, want ids after those that were given since the backup", id, shown.ID)
	}
}
