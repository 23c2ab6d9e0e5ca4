package reports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
)

// The files of a report, beside its plots.
const (
	pageFile     = "report.html"
	summaryFile  = "summary.md"
	benchfmtFile = "bench.txt"
)

// WriteDir writes a report into a directory, which it makes if need be: the
// result, the page, the summary, the Go benchmark format, and each plot as SVG
// and PNG.
//
// The result comes first, since all else can be drawn from it again. What a
// former report left there is replaced or removed, so that nothing in the
// directory tells of another run. Each file takes its name only when it is
// whole; on an error no half of one is left behind.
func WriteDir(dir string, r *result.Result) error { return writeAll(dir, r, drawings(r)) }

// writeAll writes the result, and then what is drawn from it in the place of what
// was drawn before.
func writeAll(dir string, r *result.Result, files []drawing) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := writeFile(dir, result.ResultFile, func(w io.Writer) error { return result.JSON(w, r) }); err != nil {
		return err
	}
	if err := removeDrawn(dir); err != nil {
		return fmt.Errorf("remove the former report: %w", err)
	}
	for _, f := range files {
		if err := writeFile(dir, f.name, f.draw); err != nil {
			return fmt.Errorf("%w (%s is saved)", err, filepath.Join(dir, result.ResultFile))
		}
	}
	return nil
}

// A drawing is a file that is drawn from a result.
type drawing struct {
	name string
	draw func(io.Writer) error
}

func drawings(r *result.Result) []drawing {
	all := []drawing{
		{summaryFile, func(w io.Writer) error { return Markdown(w, r) }},
		{benchfmtFile, func(w io.Writer) error { return Benchfmt(w, r) }},
		{pageFile, func(w io.Writer) error { return HTML(w, r) }},
	}
	for _, f := range figures(r) {
		all = append(all, drawing{f.Name + ".svg", f.SVG}, drawing{f.Name + ".png", f.PNG})
	}
	return all
}

// removeDrawn removes whatever a report may have drawn into dir. JUnit reports are
// gathered by their names, and a stale one would speak for this run.
func removeDrawn(dir string) error {
	names := []string{summaryFile, benchfmtFile, pageFile, junitFile, gatePageFile}
	for _, name := range figureNames {
		names = append(names, name+".svg", name+".png")
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// writeFile draws a file under another name and renames it when all of it has
// reached the disk.
func writeFile(dir, name string, draw func(io.Writer) error) (err error) {
	path := filepath.Join(dir, name)
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	f, err := os.CreateTemp(dir, ".new-*-"+name)
	if err != nil {
		return err
	}
	if err := errors.Join(draw(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
