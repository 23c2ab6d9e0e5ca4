package git

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// program makes a repository with two commits of a small program, and returns the
// first. A checkout of it differs from the stored files.
func (s sandbox) program(dir string, init ...string) string {
	s.Helper()
	s.git(".", append(append([]string{"init", "-q"}, init...), dir)...)
	first := s.commit(dir,
		".gitattributes", "*.txt text eol=crlf\nsecret export-ignore\nversion export-subst\n*.id ident\n",
		"main.go", "package main\n", "a.txt", "one\ntwo\n", "secret", "kept\n", "version", "$Format:%H$\n", "x.id", "$Id$\n", "dir/ä b", "x\n")
	s.commit(dir, "main.go", "package main // later\n", "added", "x\n")
	return first
}

// want returns the files of a user's own checkout of a commit.
func (s sandbox) want(from, commit string) map[string]string {
	s.Helper()
	s.git(".", "clone", "-q", from, "reference-"+commit)
	s.git("reference-"+commit, "checkout", "-q", commit)
	all := s.contents("reference-" + commit)
	for name := range all {
		if strings.HasPrefix(name, ".git"+string(filepath.Separator)) {
			delete(all, name)
		}
	}
	return all
}

// A tree must have the files of a checkout, from every kind of clone. The
// repository must not change, and no hook may run.
func TestCheckOut(t *testing.T) {
	for _, tc := range []struct {
		name string
		make func(s sandbox) (dir, first string) // the directory to open
	}{
		{"clone", func(s sandbox) (string, string) { return "r", s.program("r") }},
		{"subdirectory", func(s sandbox) (string, string) { return "r/dir", s.program("r") }},
		{"linked worktree", func(s sandbox) (string, string) {
			first := s.program("r")
			s.git("r", "worktree", "add", "-q", "../w")
			return "w", first
		}},
		{"linked worktree of a bare repository", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "clone", "-q", "--bare", "origin", "r")
			s.git("r", "worktree", "add", "-q", "../w", "main")
			return "w", first
		}},
		{"separate git directory", func(s sandbox) (string, string) {
			return "r", s.program("r", "--separate-git-dir", s.path("elsewhere"))
		}},
		{"SHA-256", func(s sandbox) (string, string) { return "r", s.program("r", "--object-format=sha256") }},
		{"shallow clone", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "clone", "-q", "--depth", "2", "file://"+s.path("origin"), "r")
			return "r", first
		}},
		{"partial clone", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "clone", "-q", "--filter=blob:none", "file://"+s.path("origin"), "r")
			return "r", first
		}},
		{"partial clone without trees", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "clone", "-q", "--filter=tree:0", "file://"+s.path("origin"), "r")
			return "r", first
		}},
		{"split index, file monitor", func(s sandbox) (string, string) {
			first := s.program("r")
			s.git("r", "config", "core.splitIndex", "true")
			s.git("r", "config", "core.fsmonitor", ".git/hooks/fsmonitor-watchman")
			return "r", first
		}},
		{"submodule", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "init", "-q", "super")
			s.git("super", "submodule", "--quiet", "add", s.path("origin"), "lib")
			s.commit("super")
			return "super/lib", first
		}},
		{"path with a space", func(s sandbox) (string, string) {
			first := s.program("a b")
			return "a b", first
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSandbox(t)
			dir, first := tc.make(s)
			r := s.open(dir)
			s.hooks(r.common)
			from := r.Top
			if r.Shallow(t.Context()) || tc.name == "partial clone" || tc.name == "partial clone without trees" {
				from = s.path("origin")
			}
			want := s.want(from, first)
			os.Remove(s.path("hooks-that-ran"))
			before, worktrees := s.contents("."), s.git(dir, "worktree", "list")
			tree, err := r.CheckOut(t.Context(), Revision{first, "first"}, s.path("base"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.files("base")); diff != "" {
				t.Errorf("files (-a checkout's +the tree's):\n%s", diff)
			}
			if head, status := s.git("base", "rev-parse", "HEAD"), s.git("base", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "status", "--porcelain"); head != first || status != "" || len(tree.Absent) > 0 {
				t.Errorf("git in the tree reports commit %s, status %q; absent %q; want %s and a clean tree", head, status, tree.Absent, first)
			}
			after := s.contents(".")
			for name := range after {
				if strings.HasPrefix(name, "base") {
					delete(after, name)
				}
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("outside of the tree (-before +after):\n%s", diff)
			}
			if got := s.git(dir, "worktree", "list"); got != worktrees {
				t.Errorf("worktrees\n got %s\nwant %s", got, worktrees)
			}
		})
	}
}

// If the working tree is sparse, the tree must be sparse in the same way.
func TestCheckOutSparse(t *testing.T) {
	s := newSandbox(t)
	first := s.program("r")
	s.git("r", "sparse-checkout", "set", "--no-cone", "/*", "!/dir/")
	if _, err := s.open("r").CheckOut(t.Context(), Revision{first, "first"}, s.path("base")); err != nil {
		t.Fatal(err)
	}
	files := s.files("base")
	if _, there := files["dir/ä b"]; there || files["main.go"] != "package main\n" {
		t.Errorf("files %q, want those of the working tree's patterns", files)
	}
}

// An error of CheckOut must name its cause.
func TestCheckOutErrors(t *testing.T) {
	for _, tc := range []struct {
		name, want, hint string
		make             func(s sandbox) (dir, commit string)
	}{
		{"a filter that fails", "check out first", "failed: run it by hand", func(s sandbox) (string, string) {
			s.program("r")
			first := s.commit("r", ".gitattributes", "main.go filter=broken\n")
			s.git("r", "config", "filter.broken.smudge", "false")
			s.git("r", "config", "filter.broken.required", "true")
			return "r", first
		}},
		{"objects that the remote has no longer", "check out first", "does not have all objects", func(s sandbox) (string, string) {
			first := s.program("origin")
			s.git(".", "clone", "-q", "--filter=blob:none", "file://"+s.path("origin"), "r")
			if err := os.RemoveAll(s.path("origin")); err != nil {
				s.Fatal(err)
			}
			return "r", first
		}},
		{"a submodule whose commit was not fetched", "submodule lib needs commit", "/r/lib fetch origin", func(s sandbox) (string, string) {
			s.program("origin")
			s.git(".", "init", "-q", "r")
			s.git("r", "submodule", "--quiet", "add", s.path("origin"), "lib")
			s.git("r", "update-index", "--cacheinfo", "160000,1111111111111111111111111111111111111111,lib")
			s.git("r", "commit", "-q", "-m", "first")
			return "r", s.git("r", "rev-parse", "HEAD")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSandbox(t)
			dir, commit := tc.make(s)
			_, err := s.open(dir).CheckOut(t.Context(), Revision{commit, "first"}, s.path("base"))
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tc.want) || !strings.Contains(e.Hint, tc.hint) {
				t.Errorf("CheckOut: %v\nwant %q, with the hint %q", err, tc.want, tc.hint)
				if e != nil {
					t.Logf("hint: %s", e.Hint)
				}
			}
		})
	}
}
