package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/internal/scratch"
)

// edition is increased with each change of the generator that changes the data set
// of the same Spec.
const edition = 2

// Ensure returns the path of the data set of s in the directory dir, and makes the
// data set if it does not exist or is damaged. Two processes may do so at the same
// time: the later one replaces the file with the same data.
func Ensure(ctx context.Context, dir string, s Spec, progress func(done, total int)) (string, error) {
	path, err := Cached(ctx, dir, s)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrDamaged) {
		return Keep(ctx, dir, s, progress)
	}
	return path, err
}

// ErrDamaged means that a data set is not what was made, or that it cannot be read.
var ErrDamaged = errors.New("it is damaged")

// Cached returns the path of the data set of s in dir if it is complete and unchanged,
// which it finds from its checksum. Otherwise the error wraps fs.ErrNotExist or
// ErrDamaged, unless ctx ended or s is wrong.
func Cached(ctx context.Context, dir string, s Spec) (string, error) {
	path, err := pathOf(dir, s)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err != nil {
		return "", fmt.Errorf("look for the data set: %w", err)
	}
	sum, err := input.Checksum(ctx, path)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	want, serr := os.ReadFile(path + checksumTail)
	switch {
	case err != nil:
		return "", fmt.Errorf("the data set %s: %w: %w", path, ErrDamaged, err)
	case serr != nil:
		return "", fmt.Errorf("the data set %s: %w: its checksum: %w", path, ErrDamaged, serr)
	case string(want) != line(sum, path):
		return "", fmt.Errorf("the data set %s: %w: it differs from its checksum", path, ErrDamaged)
	}
	return path, nil
}

// Keep makes the data set of s in dir with its checksum, and replaces what is there.
func Keep(ctx context.Context, dir string, s Spec, progress func(done, total int)) (string, error) {
	path, err := pathOf(dir, s)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a directory for data sets: %w", err)
	}
	for _, file := range []string{path, path + checksumTail} {
		if err := scratch.RemoveDirectory(file); err != nil {
			return "", fmt.Errorf("replace the directory in place of a data set: %w", err)
		}
	}
	if err := Make(ctx, path, s, progress); err != nil {
		return "", err
	}
	sum, err := input.Checksum(ctx, path)
	if err == nil {
		err = scratch.Replace(path+checksumTail, 0o644, strings.NewReader(line(sum, path)))
	}
	if err != nil {
		return "", fmt.Errorf("write the checksum of data set %s: %w", path, err)
	}
	return path, nil
}

func pathOf(dir string, s Spec) (string, error) {
	s, err := s.filled()
	return filepath.Join(dir, fmt.Sprintf("ads-%d-in-%d-seed-%d-schema-%d-edition-%d.db", s.Ads, s.Categories, s.Seed, latest, edition)), err
}

// checksumTail is the end of the name of a file with the checksum of the file beside it, in
// the format of sha256sum.
const checksumTail = ".sha256"

func line(sum, path string) string { return sum + "  " + filepath.Base(path) + "\n" }

// Copy copies the data set at from, which no process may be writing. The kernel
// shares the blocks if the file system supports it (copy_file_range).
func Copy(ctx context.Context, to, from string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	src, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copy the data set: %w", err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("copy the data set: %w", err)
	}
	_, err = io.Copy(dst, src)
	if err = errors.Join(err, dst.Close()); err != nil {
		return fmt.Errorf("copy the data set: %w", errors.Join(err, os.Remove(to)))
	}
	return nil
}
