// Package traffic reports what is in traffic: as text, and as a page with plots. Begin with
// Text and WriteDir. Package scenarios/traffic/profile finds out what is shown.
package traffic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/scenarios/traffic/profile"
)

// pageFile is not among the files that reports of results replace.
const pageFile = "traffic.html"

// WriteDir writes a page, and each plot as SVG and PNG, into a directory, which it creates if
// necessary.
func WriteDir(dir string, p *profile.Profile) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the directory of the report: %w", err)
	}
	for _, f := range figures(p) {
		if err := errors.Join(files.Write(dir, f.Name+".svg", f.SVG), files.Write(dir, f.Name+".png", f.PNG)); err != nil {
			return err
		}
	}
	return files.Write(dir, pageFile, func(w io.Writer) error { return HTML(w, p) })
}

// HTML writes a page that loads nothing.
func HTML(w io.Writer, p *profile.Profile) error { return document(p).Render(context.Background(), w) }
