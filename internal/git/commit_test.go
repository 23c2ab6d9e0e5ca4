package git

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestBase(t *testing.T) {
	s := newSandbox(t)
	first := s.program("r")
	second := s.git("r", "rev-parse", "HEAD")
	s.git("r", "checkout", "-q", "-b", "change")
	third := s.commit("r", "main.go", "package main // third\n")
	for _, tc := range []struct {
		name, branch, ref, edit, want string
	}{
		{"a branch", "change", "", "", "the merge base with main (" + second[:10] + ")"},
		{"the default branch", "main", "", "", "the commit before HEAD (" + first[:10] + ")"},
		{"the default branch with changes", "main", "", "x", "HEAD without the changes in the working tree (" + second[:10] + ")"},
		{"a name", "change", "main", "", "main (" + second[:10] + ")"},
		{"HEAD with changes", "change", "HEAD", "x", "HEAD (" + third[:10] + ")"},
		{"HEAD without", "change", "HEAD", "", "there is nothing to judge"},
		{"a name that is none", "change", "--help", "", `there is no commit "--help"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := sandbox{t, s.dir}
			s.git("r", "checkout", "-q", "-f", tc.branch)
			if tc.edit != "" {
				s.write("r/main.go", tc.edit)
			}
			v, err := s.open("r").Base(t.Context(), tc.ref)
			got := v.String()
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, tc.want) {
				t.Errorf("Base = %s, want %s", got, tc.want)
			}
		})
	}
}

func TestCommit(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "r")
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-14T09:26:53+01:00")
	hash := s.commit("r")
	s.git("r", "tag", "-a", "-m", "one", "v1")
	for _, name := range []string{"HEAD", "main", "v1", hash[:8]} {
		c, err := s.open("r").Commit(t.Context(), name)
		if want := (Commit{hash, "change", time.Date(2026, 3, 14, 8, 26, 53, 0, time.UTC)}); err != nil || c != want {
			t.Errorf("Commit(%q) = %+v, %v; want %+v", name, c, err, want)
		}
	}
}

// Parents must return the commits that the clone has, and fetch none.
func TestParents(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "r")
	root := s.commit("r", "a", "0")
	base := s.commit("r", "a", "1")
	s.git("r", "checkout", "-q", "-b", "side")
	side := s.commit("r", "b", "1")
	s.git("r", "checkout", "-q", "main")
	main := s.commit("r", "a", "2")
	s.git("r", "merge", "-q", "-m", "merge", "side")
	merge := s.git("r", "rev-parse", "HEAD")
	gone := strings.Repeat("1", 40)

	parents, full, err := s.open("r").Parents(t.Context(), []string{base, merge[:9], gone, "abcdef1", side})
	if err != nil {
		t.Fatal(err)
	}
	if full[merge[:9]] != merge || len(full) != 1 {
		t.Errorf("full = %v, want %[3]s for %[2]s", full, merge[:9], merge)
	}
	if got := strings.Join(parents[merge], " "); got != main+" "+side {
		t.Errorf("parents of the merge: %s, want %s %s", got, main, side)
	}
	if _, known := parents[base]; !known || len(parents) != 4 {
		t.Errorf("parents = %v, want those of four commits", parents)
	}
	if _, beyond := parents[root]; beyond {
		t.Error("the walk went beyond the common ancestor")
	}
	if parents, _, err := s.open("r").Parents(t.Context(), []string{gone}); err != nil || len(parents) != 0 {
		t.Errorf("Parents of an unknown commit: %v, %v", parents, err)
	}

	s.git(".", "clone", "-q", "--filter=tree:0", "file://"+s.path("r"), "partial")
	if err := os.RemoveAll(s.path("r")); err != nil { // a fetch would fail
		t.Fatal(err)
	}
	if parents, _, err := s.open("partial").Parents(t.Context(), []string{base, merge, gone}); err != nil || len(parents) != 4 {
		t.Errorf("Parents in a partial clone: %v, %v", parents, err)
	}
}
