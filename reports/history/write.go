// Package history reports results over time: as text, and as a page with a plot of each
// series, in which the changes are marked. Begin with WriteDir and Text.
//
// Package internal/history selects the runs to compare and finds the changes.
package history

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/reports/internal/files"
)

const pageFile = "history.html"

// WriteDir writes the groups of a history into a directory: a page, and a plot of each
// series as SVG and PNG. It creates the directory if necessary and removes the plots of an
// earlier history. The names of the plots of the group with the newest run do not change.
func WriteDir(dir string, groups []history.Group) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the directory of the history: %w", err)
	}
	if err := removeFormer(dir); err != nil {
		return fmt.Errorf("remove the earlier history: %w", err)
	}
	for _, g := range views(groups) {
		for _, f := range g.Figures {
			if err := errors.Join(files.Write(dir, f.Name+".svg", f.SVG), files.Write(dir, f.Name+".png", f.PNG)); err != nil {
				return err
			}
		}
	}
	return files.Write(dir, pageFile, func(w io.Writer) error { return HTML(w, groups) })
}

// removeFormer removes the page and all plots of a history, for any target. It keeps other
// files with a similar name.
func removeFormer(dir string) error {
	patterns := []string{pageFile}
	for _, m := range history.Metrics {
		patterns = append(patterns, "history-"+string(m)+"-*.svg", "history-"+string(m)+"-*.png")
	}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(escapeGlob(dir), pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

var escapeGlob = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace
