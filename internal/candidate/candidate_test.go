package candidate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Users read a hint after the directory of the run was removed.
func TestHintsOutlastTheRun(t *testing.T) {
	gone := "run its command by hand: " + filepath.Join(os.TempDir(), "classibench-123", "build-head", "program") + " -listen {addr}"
	if got := LastingHint(gone); strings.Contains(got, "classibench-123") || !strings.Contains(got, "build the program by hand") {
		t.Errorf("got %q", got)
	}
	const mine = "run its command by hand: ./shop -listen {addr}"
	if got := LastingHint(mine); got != mine {
		t.Errorf("got %q, want %q", got, mine)
	}
}
