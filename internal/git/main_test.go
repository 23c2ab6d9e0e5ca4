package git

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A sandbox is a directory for repositories, with a git configuration of its own.
type sandbox struct {
	*testing.T
	dir string
}

func newSandbox(t *testing.T) sandbox {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range local {
		if old, set := os.LookupEnv(v); set { // the tests may run in a git hook
			os.Unsetenv(v)
			t.Cleanup(func() { os.Setenv(v, old) })
		}
	}
	config := filepath.Join(dir, "gitconfig")
	t.Setenv("HOME", dir)
	t.Setenv("GIT_CONFIG_GLOBAL", config)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CEILING_DIRECTORIES", dir)
	s := sandbox{t, dir}
	s.write("gitconfig", "[user]\nname = Ann\nemail = ann@example.org\n[init]\ndefaultBranch = main\n"+
		"[protocol \"file\"]\nallow = always\n[uploadpack]\nallowFilter = true\nallowAnySHA1InWant = true\n")
	return s
}

// write writes a file, and creates its directories.
func (s sandbox) write(name, content string) {
	s.Helper()
	path := s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		s.Fatal(err)
	}
}

func (s sandbox) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

// git runs git in a directory of the sandbox.
func (s sandbox) git(dir string, args ...string) string {
	s.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = s.path(dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Fatalf("git %s in %s: %v\n%s", strings.Join(args, " "), dir, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files (name, content, name, content …) and commits everything.
func (s sandbox) commit(dir string, files ...string) string {
	s.Helper()
	for i := 0; i+1 < len(files); i += 2 {
		s.write(filepath.Join(dir, files[i]), files[i+1])
	}
	s.git(dir, "add", "-A")
	s.git(dir, "commit", "-q", "--allow-empty", "-m", "change "+strings.Join(files, " "))
	return s.git(dir, "rev-parse", "HEAD")
}

// hooks gives a repository every hook that a checkout could run. Each hook leaves a
// file in the sandbox.
func (s sandbox) hooks(gitDir string) {
	s.Helper()
	for _, name := range []string{"post-checkout", "post-index-change", "reference-transaction", "post-commit", "fsmonitor-watchman", "pre-auto-gc"} {
		path := filepath.Join(s.path(gitDir), "hooks", name)
		s.write(path, "#!/bin/sh\necho "+name+" >>"+s.path("hooks-that-ran")+"\n")
		if err := os.Chmod(path, 0o755); err != nil {
			s.Fatal(err)
		}
	}
}

func (s sandbox) open(dir string) *Repository {
	s.Helper()
	r, err := Open(s.Context(), s.path(dir))
	if err != nil {
		s.Fatalf("open %s: %v", dir, err)
	}
	return r
}

// contents returns all files below a directory, except git's object stores.
func (s sandbox) contents(dir string) map[string]string {
	s.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(s.path(dir), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "objects":
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		var content []byte
		if d.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			content = []byte("-> " + to)
		} else if content, err = os.ReadFile(path); err != nil {
			return err
		}
		name, err := filepath.Rel(s.path(dir), path)
		all[name] = string(bytes.ToValidUTF8(content, []byte("?")))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// files returns the files of a tree, without the link to its git directory.
func (s sandbox) files(dir string) map[string]string {
	s.Helper()
	all := s.contents(dir)
	for name := range all {
		if filepath.Base(name) == ".git" {
			delete(all, name)
		}
	}
	return all
}
