package candidate

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

func TestProgramsAreThoseOfScenarios(t *testing.T) {
	if got, want := slices.Sorted(maps.Keys(programs)), scenarios.Programs(); !slices.Equal(got, want) {
		t.Errorf("has the files of %q, scenarios have %q", got, want)
	}
}

// A target of an included program runs in its own directory and on its own copy of the
// data, which is new for each trial.
func TestATargetHasItsOwnFilesAndData(t *testing.T) {
	s := setupIn(t)
	seen := map[string]bool{}
	for _, name := range []string{"mod_cgi", "mod_perl"} {
		c, err := s.own(scenarios.Target{Name: name, Kind: target.CGI, Files: "perl", Command: []string{"./classifieds.cgi"}, Env: map[string]string{"CLASSIFIEDS_DB": "{data}"}})
		if err != nil {
			t.Fatal(err)
		}
		if c.Command[0] != "./classifieds.cgi" {
			t.Errorf("the result shows %q", c.Command)
		}
		for range 2 {
			out, err := c.Fresh(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			db := strings.TrimPrefix(out.Env[0], "CLASSIFIEDS_DB=")
			if b, err := os.ReadFile(db); err != nil || string(b) != "ads" {
				t.Errorf("%s: %q, %v", db, b, err)
			}
			if err := os.WriteFile(db, []byte("changed"), 0o600); err != nil {
				t.Error(err)
			}
			if seen[db] {
				t.Errorf("%s is used twice", db)
			}
			seen[db], seen[out.Dir] = true, true
			for _, file := range []string{"classifieds.cgi", "templates/ad.tmpl", "site.css"} {
				if _, err := os.Stat(filepath.Join(out.Dir, file)); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if len(seen) != 6 { // four copies of the data in two directories with files
		t.Errorf("got %v", seen)
	}
}

// setupIn returns a setup with a data set, in a directory that other users can enter.
func setupIn(t *testing.T) *Setup {
	t.Helper()
	dir, err := os.MkdirTemp("", "classibench-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &Setup{self: "/bin/true", dir: dir, data: filepath.Join(dir, "data")}
	if err := os.WriteFile(s.data, []byte("ads"), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// A server that root starts runs as another user, who must be able to read its files.
func TestFilesThatOtherUsersCannotReach(t *testing.T) {
	s := setupIn(t)
	closed := filepath.Join(s.dir, "closed")
	if err := os.MkdirAll(filepath.Join(closed, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.dir = filepath.Join(closed, "run")
	_, err := s.own(scenarios.Target{Name: "x", Kind: target.CGI, Files: "perl", Command: []string{"./classifieds.cgi"}})
	switch {
	case os.Geteuid() != 0: // the server has the same rights
		if err != nil {
			t.Errorf("got %v", err)
		}
	case err == nil || !strings.Contains(err.Error(), "other users cannot enter "+closed):
		t.Errorf("got %v", err)
	}
}
