package candidate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/internal/scratch"
)

// A shelf keeps builds in the user's cache directory, each in a directory that is named for
// its checksum. So a damaged one is noticed, and no run replaces the program of another.
type shelf struct {
	dir  string
	logf func(format string, args ...any)
}

// unused is the age at which a build is removed from the shelf.
const unused = 30 * 24 * time.Hour

// newest returns the path of a file that names the newest build of a program.
func (s shelf) newest(file string) string { return filepath.Join(s.dir, file+".newest") }

// place returns the path of a build.
func (s shelf) place(sum, file string) string { return filepath.Join(s.dir, sum, file) }

// seed copies the newest build of a program to a path: where it is up to date, go leaves it
// as it is. A damaged one is removed.
func (s shelf) seed(to string) {
	file := filepath.Base(to)
	b, err := os.ReadFile(s.newest(file))
	sum := strings.TrimSpace(string(b))
	if err != nil || len(sum) != hex.EncodedLen(sha256.Size) || !filepath.IsLocal(sum) {
		return
	}
	from := s.place(sum, file)
	switch err := s.check(from, sum); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		s.logf("the build %s is damaged (%v); building it again …", from, err)
		_ = os.RemoveAll(filepath.Dir(from))
	default:
		if copyProgram(to, from) != nil {
			_ = os.Remove(to) // go builds it
		}
	}
}

// keep puts a build onto the shelf, and returns its path there.
func (s shelf) keep(built string) (string, error) {
	sum, err := input.Checksum(context.Background(), built)
	if err != nil {
		return "", err
	}
	file := filepath.Base(built)
	path := s.place(sum, file)
	if err := s.check(path, sum); err != nil {
		if err := s.put(path, built); err != nil {
			return "", err
		}
	}
	now := time.Now()
	_ = os.Chtimes(filepath.Dir(path), now, now) // it is in use
	s.prune(file)
	return path, errors.Join(scratch.RemoveDirectory(s.newest(file)), scratch.Replace(s.newest(file), 0o644, strings.NewReader(sum+"\n")))
}

// put copies a build to its place, where it replaces what is damaged.
func (s shelf) put(path, built string) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		_ = os.Remove(dir) // a file or a dangling link stands in the way; fails if nothing does
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(scratch.RemoveDirectory(path), copyProgram(path, built))
}

// check compares a build with its checksum.
func (s shelf) check(path, sum string) error {
	got, err := input.Checksum(context.Background(), path)
	if err == nil && got != sum {
		err = errors.New("it differs from its checksum")
	}
	if info, serr := os.Stat(path); err == nil && serr == nil && info.Mode()&0o111 == 0 {
		err = errors.New("it cannot be executed")
	}
	return err
}

// prune removes builds of a program that were not used for long.
func (s shelf) prune(file string) {
	places, _ := filepath.Glob(s.place("*", file))
	for _, path := range places {
		if info, err := os.Stat(filepath.Dir(path)); err == nil && time.Since(info.ModTime()) > unused {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
}

func copyProgram(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	return scratch.Replace(to, 0o755, f)
}
