package candidate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Users read a hint after the directory of the run was removed, and one about the data names the
// commit to choose.
func TestStartHint(t *testing.T) {
	const mine = "run its command by hand: ./shop -listen {addr}"
	gone := "run its command by hand: " + filepath.Join(os.TempDir(), "classibench-123", "build-head", "program") + " -listen {addr}"
	ended := errors.New("it ended with exit status 1 before it answered")
	other := fmt.Sprintf("classifieds: open the classifieds' data: ads.db: %v: it has schema 4, this program needs 3", listings.ErrSchema)
	for _, c := range []struct {
		name string
		e    target.StartError
		want string
	}{
		{"a command of the user", target.StartError{Err: ended, Hint: mine}, mine},
		{"a build of the run", target.StartError{Err: ended, Hint: gone}, "build the program by hand"},
		{"a server that needs another schema", target.StartError{Phase: target.PhaseAwait, Err: ended, Output: other, Hint: gone}, "choose a --base that has the schema of the head"},
	} {
		if got := StartHint(&c.e); !strings.Contains(got, c.want) || strings.Contains(got, "classibench-123") {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
