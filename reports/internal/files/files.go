// Package files writes the files of a report into a directory, where they replace those of an
// earlier report. Each file is written completely or not at all.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/scratch"
)

// The files that reports draw, except plots. A report of one kind replaces that of another,
// so this list has the names of all kinds.
const (
	Page     = "report.html"
	GatePage = "gate.html"
	Summary  = "summary.md"
	Benchfmt = "bench.txt"
	JUnit    = "junit.xml"

	VerifyPage = "verify.html"
)

// WriteReport writes the result, and then replaces the files of an earlier report.
func WriteReport(dir string, r *result.Result, figures []string, files []Drawing) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := Write(dir, result.ResultFile, func(w io.Writer) error { return result.JSON(w, r) }); err != nil {
		return err
	}
	if err := RemoveFormer(dir, figures); err != nil {
		return fmt.Errorf("remove the earlier report: %w", err)
	}
	for _, f := range files {
		if err := Write(dir, f.Name, f.Draw); err != nil {
			return fmt.Errorf("%w (%s is saved)", err, filepath.Join(dir, result.ResultFile))
		}
	}
	return nil
}

// A Drawing is a file that is drawn from a result.
type Drawing struct {
	Name string
	Draw func(io.Writer) error
}

// RemoveFormer removes all files that a report of any kind may have drawn into dir, including
// figures with these names. CI systems collect JUnit reports by name, and would take a stale
// one for the report of this run.
func RemoveFormer(dir string, figures []string) error {
	names := []string{Summary, Benchfmt, Page, JUnit, GatePage, VerifyPage}
	for _, name := range figures {
		names = append(names, name+".svg", name+".png")
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Write draws a file under another name, and renames it when all of it is on the disk.
func Write(dir, name string, draw func(io.Writer) error) (err error) {
	path := filepath.Join(dir, name)
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	f, err := scratch.NewFile(dir, ".new-*-"+name)
	if err != nil {
		return err
	}
	if err = errors.Join(draw(f), f.Chmod(0o644), f.Sync()); err == nil {
		err = f.CommitAs(path)
	}
	if err != nil {
		return errors.Join(err, f.Discard())
	}
	return nil
}
