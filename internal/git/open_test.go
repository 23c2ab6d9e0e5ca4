package git

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The directory decides which repository is used, in a hook as elsewhere.
func TestOpen(t *testing.T) {
	s := newSandbox(t)
	s.program("r")
	s.program("other")
	s.git("r", "worktree", "add", "-q", "../w")
	s.git(".", "clone", "-q", "--bare", "r", "b.git")
	s.write("home/x", "1\n")
	s.write("plain/x", "1\n")
	s.program("home/src")
	for _, tc := range []struct {
		name, dir string
		env       map[string]string
		want      string // the working tree; "" means none
	}{
		{"clone", "r", nil, "r"},
		{"subdirectory", "r/dir", nil, "r"},
		{"bare", "b.git", nil, ""},
		{"inside of a git directory", "r/.git/refs", nil, ""},
		{"hook of a linked worktree", "w", map[string]string{"GIT_DIR": "r/.git/worktrees/w", "GIT_WORK_TREE": "."}, "w"},
		{"the same, in a subdirectory", "w/dir", map[string]string{"GIT_DIR": "r/.git/worktrees/w", "GIT_WORK_TREE": "."}, "w"},
		{"hook that changes to another clone", "other", map[string]string{"GIT_DIR": "r/.git"}, "other"},
		{"the same, with its working tree", "other", map[string]string{"GIT_DIR": "r/.git/worktrees/w", "GIT_WORK_TREE": "."}, "other"},
		{"the same, in a subdirectory", "other/dir", map[string]string{"GIT_DIR": "r/.git", "GIT_WORK_TREE": "."}, "other"},
		{"the same, without it", "other/dir", map[string]string{"GIT_DIR": "r/.git"}, "other"},
		{"working tree inside another clone", "other/dir", map[string]string{"GIT_DIR": "b.git", "GIT_WORK_TREE": "other/dir"}, "other/dir"},
		{"post-receive hook that changes to a clone", "r", map[string]string{"GIT_DIR": "b.git"}, "r"},
		{"working tree that only the environment knows", "home", map[string]string{"GIT_DIR": "b.git", "GIT_WORK_TREE": "home"}, "home"},
		{"clone inside such a one", "home/src", map[string]string{"GIT_DIR": "b.git", "GIT_WORK_TREE": "home"}, "home/src"},
		{"GIT_DIR of something that is gone", "r", map[string]string{"GIT_DIR": "nowhere"}, "r"},
		{"index of another repository", "r", map[string]string{"GIT_INDEX_FILE": "other/.git/index", "GIT_OBJECT_DIRECTORY": "other/.git/objects"}, "r"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := sandbox{t, s.dir}
			t.Chdir(s.path(tc.dir))
			for name, path := range tc.env {
				if path != "." {
					path = s.path(path)
				}
				t.Setenv(name, path)
			}
			want := ""
			if tc.want != "" {
				want = s.path(tc.want)
			}
			r, err := Open(t.Context(), ".")
			if err != nil || r.Top != want {
				t.Fatalf("Open: %+v, %v; want %s", r, err, want)
			}
			if _, err := r.Base(t.Context(), ""); (err == nil) != (want != "") {
				t.Errorf("Base: %v, and the working tree is %q", err, want)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	s := newSandbox(t)
	s.program("r")
	s.git(".", "init", "-q", "empty")
	s.write("plain/x", "1\n")
	for _, tc := range []struct {
		name, dir  string
		env        map[string]string
		want, hint string
		none       bool
	}{
		{"no repository", "plain", nil, "not a git repository", "run it inside a git checkout", true},
		{"no git", "r", map[string]string{"PATH": "/nowhere"}, "git is not in PATH", "install git", true},
		{"another user's", "r", map[string]string{"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}, "repository of another user", "git config --global --add safe.directory " + s.path("r"), false},
		{"no commit", "empty", nil, "no commit yet", "commit first", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for name, value := range tc.env {
				t.Setenv(name, value)
			}
			r, err := Open(t.Context(), s.path(tc.dir))
			if err == nil {
				_, err = r.Base(t.Context(), "")
			}
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tc.want) || !strings.Contains(e.Hint, tc.hint) || errors.Is(err, ErrNone) != tc.none {
				t.Errorf("Open: %v (%+v), want %q with the hint %q", err, e, tc.want, tc.hint)
			}
		})
	}
}

// With the user's consent, another user's clone works like one's own, even if the
// environment gives the consent. Nothing is written to the clone.
func TestAnotherUsers(t *testing.T) {
	s := newSandbox(t)
	first := s.program("r")
	if err := disown(s.path("r")); err != nil {
		t.Logf("cannot give the clone to another user (%v); git is told that it belongs to one", err)
		t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	}
	before := s.contents("r")
	if _, err := Open(t.Context(), s.path("r")); err == nil || !strings.Contains(err.Error(), "of another user") {
		t.Errorf("Open: %v, want an error that names another user", err)
	}
	t.Setenv("GIT_CONFIG_PARAMETERS", "'safe.directory'='"+s.path("r")+"'")
	if _, err := s.open("r").CheckOut(t.Context(), Revision{first, "first"}, s.path("base")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.contents("r")); diff != "" {
		t.Errorf("the clone (-before +after):\n%s", diff)
	}
}

// disown gives a directory to another user. Only root can do that.
func disown(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, 65534, 65534))
	})
}

// A push in quarantine can be read, but nothing is written to the quarantine.
func TestQuarantine(t *testing.T) {
	s := newSandbox(t)
	s.program("r")
	s.git(".", "clone", "-q", "--bare", "r", "b.git")
	pushed := s.commit("r", "main.go", "package main // pushed\n")
	t.Setenv("GIT_QUARANTINE_PATH", s.path("r/.git/objects"))
	t.Setenv("GIT_OBJECT_DIRECTORY", s.path("r/.git/objects"))
	t.Setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", s.path("b.git/objects"))
	r := s.open("b.git")
	if got, err := r.Resolve(t.Context(), pushed); err != nil || got != pushed {
		t.Errorf("Resolve of the pushed commit: %s, %v", got, err)
	}
	if env := strings.Join(r.env, "\n"); strings.Contains(env, "GIT_OBJECT_DIRECTORY=") || strings.Contains(env, "GIT_QUARANTINE_PATH") {
		t.Errorf("git could write to the quarantine: %s", env)
	}
}

// The remote's default branch may have been renamed since the clone.
func TestBaseOfARenamedBranch(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "-b", "master", "origin")
	first := s.commit("origin", "a", "1")
	s.git(".", "clone", "-q", "origin", "r")
	s.git("origin", "branch", "-m", "master", "main")
	s.git("r", "fetch", "-q", "--prune")
	s.git("r", "checkout", "-q", "-b", "change")
	s.commit("r", "a", "2")
	v, err := s.open("r").Base(t.Context(), "")
	if want := "the merge base with origin/main (" + first[:10] + ")"; err != nil || v.String() != want {
		t.Errorf("Base = %s, %v; want %s", v, err, want)
	}
}

func TestLacks(t *testing.T) {
	s := newSandbox(t)
	first := s.program("r")
	r, v := s.open("r"), Revision{first, "first"}
	for name, want := range map[string]bool{"dir/ä b": false, "main.go": false, "added": true, "untracked": false} {
		if got := r.Lacks(t.Context(), v, s.path("r/"+name)); got != want {
			t.Errorf("Lacks(%q) = %v, want %v", name, got, want)
		}
	}
}

// Results of the last run are no change, even if git tracks them.
func TestResultsAreNoChange(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "r")
	s.commit("r", "a", "1", "out dir/junit.xml", "1")
	last := s.commit("r", "a", "2")
	s.write("r/out dir/junit.xml", "2")
	r := s.open("r")
	if head, err := r.Head(t.Context()); err != nil || !strings.Contains(head, "with uncommitted changes") {
		t.Errorf("Head = %s, %v", head, err)
	}
	r.Except = s.path("r/out dir")
	if head, err := r.Head(t.Context()); err != nil || head != "HEAD ("+last[:10]+")" {
		t.Errorf("with Except set to the results: Head = %s, %v", head, err)
	}
	s.write("r/a", "3")
	if head, err := r.Head(t.Context()); err != nil || !strings.Contains(head, "with uncommitted changes") {
		t.Errorf("with another change: Head = %s, %v", head, err)
	}
}
