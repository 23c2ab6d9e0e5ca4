package candidate

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// stock puts a program onto a new shelf, and returns its path there.
func stock(t *testing.T) (s shelf, path string, said *[]string) {
	t.Helper()
	said = &[]string{}
	s = shelf{dir: t.TempDir(), logf: func(format string, args ...any) { *said = append(*said, fmt.Sprintf(format, args...)) }}
	built := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(built, []byte("#!/bin/sh\necho right\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path, err := s.keep(built)
	if err != nil {
		t.Fatal(err)
	}
	return s, path, said
}

// damages are what can happen to a file in a cache.
var damages = map[string]func(path string) error{
	"cut off":      func(path string) error { return os.Truncate(path, 5) },
	"empty":        func(path string) error { return os.Truncate(path, 0) },
	"a bit":        func(path string) error { return os.WriteFile(path, []byte("#!/bin/sh\necho wrong\n"), 0o755) },
	"not readable": func(path string) error { return os.Chmod(path, 0) },
	"a directory":  func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) },
	"a full directory": func(path string) error {
		return errors.Join(os.Remove(path), os.MkdirAll(filepath.Join(path, "x"), 0o755))
	},
	"a broken link": func(path string) error { return errors.Join(os.Remove(path), os.Symlink("none", path)) },
	"a device":      func(path string) error { return errors.Join(os.Remove(path), os.Symlink("/dev/zero", path)) },
	"gone":          os.Remove,
}

// above are what can happen to the directory of a build.
var above = map[string]func(path string) error{
	"a broken link above": func(path string) error {
		return errors.Join(os.RemoveAll(filepath.Dir(path)), os.Symlink("none", filepath.Dir(path)))
	},
	"a file above": func(path string) error {
		return errors.Join(os.RemoveAll(filepath.Dir(path)), os.WriteFile(filepath.Dir(path), nil, 0o644))
	},
}

// A build that was damaged is noticed, and replaced.
func TestADamagedBuildIsReplaced(t *testing.T) {
	all := maps.Clone(damages)
	maps.Copy(all, above)
	for name, damage := range all {
		t.Run(name, func(t *testing.T) {
			s, path, said := stock(t)
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			built := filepath.Join(t.TempDir(), "program")
			s.seed(built)
			if _, err := os.Stat(built); err == nil {
				t.Error("the damaged build was taken")
			}
			if lost := slices.Contains([]string{"gone", "a broken link", "a broken link above"}, name); len(*said) != 1 && !lost || len(*said) == 1 && !strings.Contains((*said)[0], "is damaged") {
				t.Errorf("it logs %q, want the damage", *said)
			}
			if err := os.WriteFile(built, []byte("#!/bin/sh\necho right\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			again, err := s.keep(built)
			if err != nil || again != path {
				t.Fatalf("got %q, %v; want %q", again, err, path)
			}
			if out, err := exec.Command(again).Output(); err != nil || string(out) != "right\n" {
				t.Errorf("it prints %q, %v", out, err)
			}
		})
	}
}

// Builds of two trees do not replace each other, and the newest is taken up.
func TestTwoBuildsOnAShelf(t *testing.T) {
	s, first, _ := stock(t)
	built := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(built, []byte("#!/bin/sh\necho other\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	second, err := s.keep(built)
	if err != nil || second == first {
		t.Fatalf("got %q, %v", second, err)
	}
	for path, want := range map[string]string{first: "right\n", second: "other\n"} {
		if out, err := exec.Command(path).Output(); err != nil || string(out) != want {
			t.Errorf("%s prints %q, %v; want %q", path, out, err, want)
		}
	}
	seeded := filepath.Join(t.TempDir(), "program")
	s.seed(seeded)
	if b, _ := os.ReadFile(seeded); !strings.Contains(string(b), "other") {
		t.Errorf("the shelf gave %q, want the newest", b)
	}
	old := time.Now().Add(-2 * unused)
	if err := os.Chtimes(filepath.Dir(first), old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := s.keep(built); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first); err == nil {
		t.Error("a build that nobody used for long was kept")
	}
}

// A shelf that cannot be written, or whose notes are damaged, is an error or empty.
func TestAShelfThatCannotBeUsed(t *testing.T) {
	s, _, said := stock(t)
	for _, note := range []string{"", "../../x\n", strings.Repeat("0", 64), strings.Repeat("/", 64)} {
		if err := os.WriteFile(s.newest("program"), []byte(note), 0o644); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "program")
		if s.seed(to); len(*said) > 0 {
			t.Errorf("%q: it logs %q", note, *said)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%q: something was taken", note)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := (shelf{dir: file}).keep(file); err == nil {
		t.Error("a file was taken for a directory")
	}
}
