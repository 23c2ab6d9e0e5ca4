package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// edition is increased with each change of the generator that changes the data set
// of the same Spec.
const edition = 2

// Ensure returns the path of the data set of s in the directory dir, and makes the
// data set if it does not exist. Two processes may do so at the same time: the
// later one replaces the file with the same data.
func Ensure(ctx context.Context, dir string, s Spec, progress func(done, total int)) (string, error) {
	s, err := s.filled()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("ads-%d-in-%d-seed-%d-schema-%d-edition-%d.db", s.Ads, s.Categories, s.Seed, latest, edition))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("look for the data set: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a directory for data sets: %w", err)
	}
	return path, Make(ctx, path, s, progress)
}

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
