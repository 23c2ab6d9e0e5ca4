package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
)

// rescued adds to the error of a report that could not be written where its data are saved
// instead, so that a long measurement is not lost. saved reports whether the report's
// directory has them.
func (p *program) rescued(failed error, saved func() bool, data any) error {
	if failed == nil {
		return nil
	}
	if saved() {
		return usageError(failed, "make room there, or choose another directory with --out")
	}
	path, err := saveElsewhere(func(w io.Writer) error { return result.JSON(w, data) })
	if err != nil {
		return usageError(errors.Join(failed, err), "make room there, or choose another directory with --out; --json prints the result, too")
	}
	return usageError(fmt.Errorf("%w; the result is saved as %s", failed, path), "make room, or choose another directory with --out; \"classibench report %s --out DIR\" draws the report of a comparison or a gate", path)
}

// saveElsewhere writes a file into the first directory of those that are usually writable
// that takes it.
func saveElsewhere(write func(io.Writer) error) (path string, err error) {
	dirs := []string{os.TempDir(), "."}
	if cache, err := candidate.CacheDir("results"); err == nil {
		dirs = append(dirs, cache)
	}
	for _, dir := range dirs {
		path, saveErr := saveIn(dir, write)
		if saveErr == nil {
			return path, nil
		}
		err = errors.Join(err, saveErr)
	}
	return "", fmt.Errorf("save the result elsewhere: %w", err)
}

func saveIn(dir string, write func(io.Writer) error) (path string, err error) {
	f, err := os.CreateTemp(dir, "classibench-result-*.json")
	if err != nil {
		return "", err
	}
	if err = errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return filepath.Abs(f.Name())
}

// hasResult reports whether a directory has this result.
func hasResult(dir string, r *result.Result) func() bool {
	return func() bool {
		there, err := result.Read(dir)
		return err == nil && there.Began.Equal(r.Began)
	}
}

// hasVerification reports whether a directory has this verification.
func hasVerification(dir string, v *result.Verification) func() bool {
	return func() bool {
		there, err := result.ReadVerification(dir)
		return err == nil && there.Began == v.Began
	}
}
