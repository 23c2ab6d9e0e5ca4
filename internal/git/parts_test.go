package git

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Submodules must have the versions of the commit, at every depth. Their clones
// must not change.
func TestSubmodules(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "inner")
	s.commit("inner", "in", "1\n")
	s.git(".", "init", "-q", "lib")
	s.git("lib", "submodule", "--quiet", "add", s.path("inner"), "deep/inner")
	s.commit("lib", "l", "1\n")
	s.git(".", "init", "-q", "origin")
	s.git("origin", "submodule", "--quiet", "add", s.path("lib"), "third party/lib")
	s.git("origin", "submodule", "--quiet", "add", s.path("inner"), "gone")
	first := s.commit("origin", "main", "1\n")
	s.commit("lib", "l", "2\n")
	s.git("origin/third party/lib", "pull", "-q")
	s.git("origin", "rm", "-q", "gone")
	s.commit("origin", "main", "2\n")
	s.git(".", "clone", "-q", "--recurse-submodules", "origin", "r")

	for _, tc := range []struct {
		name, dir string
		want      map[string]string
		absent    []string
	}{
		{"checked out, and gone since then", "origin", map[string]string{"main": "1\n", "third party/lib/l": "1\n", "third party/lib/.gitmodules": "", "gone/in": "1\n"},
			[]string{"the submodule third party/lib/deep/inner (git -C '" + s.path("origin/third party/lib") + "' submodule update --init --recursive deep/inner)"}},
		{"a clone with all submodules of today", "r", map[string]string{"main": "1\n", "third party/lib/l": "1\n", "third party/lib/.gitmodules": "", "third party/lib/deep/inner/in": "1\n"},
			[]string{"the submodule gone, which the working tree no longer has"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := sandbox{t, s.dir}
			before := s.contents(tc.dir)
			tree, err := s.open(tc.dir).CheckOut(t.Context(), Revision{first, "first"}, s.path("base of "+tc.dir))
			if err != nil {
				t.Fatal(err)
			}
			got := s.files("base of " + tc.dir)
			delete(got, ".gitmodules")
			got["third party/lib/.gitmodules"] = ""
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if len(tree.Absent) != len(tc.absent) || !strings.HasPrefix(tree.Absent[0], tc.absent[0]) {
				t.Errorf("absent: %q, want %q", tree.Absent, tc.absent)
			}
			if status := s.git("base of "+tc.dir, "status", "--porcelain", "--ignore-submodules=none"); status != "" {
				t.Errorf("status in the tree: %s", status)
			}
			if diff := cmp.Diff(before, s.contents(tc.dir)); diff != "" {
				t.Errorf("the repository (-before +after):\n%s", diff)
			}
		})
	}
}

// A file has replaced a submodule since the commit.
func TestSubmoduleReplacedByAFile(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "lib")
	s.commit("lib", "l", "1\n")
	s.git(".", "init", "-q", "r")
	s.git("r", "submodule", "--quiet", "add", s.path("lib"), "lib")
	first := s.commit("r")
	s.git("r", "rm", "-q", "lib")
	s.commit("r", "lib", "a file\n")
	tree, err := s.open("r").CheckOut(t.Context(), Revision{first, "first"}, s.path("base"))
	if got := s.files("base")["lib/l"]; err != nil || got != "1\n" || len(tree.Absent) > 0 {
		t.Errorf("lib/l holds %q, absent %q, %v", got, tree.Absent, err)
	}
}

// lfs skips or fails the test if git-lfs is missing.
func lfs(t *testing.T) {
	t.Helper()
	if exec.Command("git", "lfs", "version").Run() == nil {
		return
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		t.Fatal("git-lfs is missing (Debian: apt-get install git-lfs)")
	}
	t.Skip("git-lfs is missing (Debian: apt-get install git-lfs)")
}

// A tree must have the Git LFS files that the working tree has.
func TestLFS(t *testing.T) {
	lfs(t)
	const big = "a large picture\n"
	for _, tc := range []struct {
		name   string
		make   func(s sandbox) // makes the repository in "origin"
		want   string          // the file's first word
		absent bool
	}{
		{"installed", func(s sandbox) { s.git(".", "lfs", "install", "--skip-repo") }, "a", false},
		{"told to skip them, and pulled since then", func(s sandbox) {
			s.git(".", "lfs", "install", "--skip-smudge", "--force", "--skip-repo")
			s.git(".", "clone", "-q", "origin", "r")
			s.git("r", "lfs", "pull")
			s.Setenv("GIT_LFS_SKIP_SMUDGE", "1")
		}, "a", false},
		{"pointers in the working tree, too", func(s sandbox) {
			s.Setenv("GIT_LFS_SKIP_SMUDGE", "1")
			s.git(".", "clone", "-q", "origin", "r")
		}, "version", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSandbox(t)
			s.git(".", "lfs", "install", "--skip-repo")
			s.git(".", "init", "-q", "origin")
			first := s.commit("origin", ".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n", "a.png", big, "p.png", "another\n")
			s.commit("origin", "a.png", "a smaller picture\n")
			tc.make(s)
			dir := "origin"
			if _, err := os.Stat(s.path("r")); err == nil {
				dir = "r"
			}
			tree, err := s.open(dir).CheckOut(t.Context(), Revision{first, "first"}, s.path("base"))
			if err != nil {
				t.Fatal(err)
			}
			got := s.files("base")["a.png"]
			if word, _, _ := strings.Cut(got, " "); word != tc.want || tc.want == "a" && got != big || (len(tree.Absent) > 0) != tc.absent {
				t.Errorf("a.png holds %q, absent %q; want %q, and absent files named: %v", got, tree.Absent, tc.want, tc.absent)
			}
		})
	}
}

// Without git-lfs, a pointer must not be taken for the file.
func TestWithoutLFS(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q", "r")
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
	first := s.commit("r", ".gitattributes", "*.png filter=lfs\n", "a.png", pointer)
	r := s.open("r")
	tree, err := r.CheckOut(t.Context(), Revision{first, "first"}, s.path("base"))
	if err != nil || len(tree.Absent) != 1 || !strings.Contains(tree.Absent[0], "the Git LFS file a.png (git lfs fetch origin "+first+")") {
		t.Errorf("absent %q, %v; want an entry for the pointer", tree.Absent, err)
	}
	s.write("r/a.png", "a large picture\n")
	t.Setenv("PATH", s.path("bin"))
	for _, name := range []string{"git"} {
		s.write("bin/"+name, "")
		os.Remove(s.path("bin/" + name))
		real, err := exec.Command("/bin/sh", "-c", "PATH=/usr/local/bin:/usr/bin:/bin command -v "+name).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(strings.TrimSpace(string(real)), s.path("bin/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if exec.Command("git", "lfs", "version").Run() == nil {
		return // this directory has git's own commands
	}
	if _, err = r.CheckOut(t.Context(), Revision{first, "first"}, s.path("again")); err == nil || !strings.Contains(err.Error(), "a.png is only a pointer of Git LFS") {
		t.Errorf("CheckOut: %v, want an error that names the pointer", err)
	}
}
