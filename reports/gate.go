package reports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench"
)

// GateOptions say how a gate's checks are passed on to a CI system. The zero
// value suits a gate whose exit code tells inconclusive from failed.
type GateOptions struct {
	InconclusiveFails bool // what could not be decided is reported as a failure
}

// The files of a gate, beside those that it shares with other reports.
const (
	junitFile    = "junit.xml"
	gatePageFile = "gate.html"
)

// WriteGateDir writes what a gate found into a directory, which it makes if need
// be: result.json, from which all else can be drawn again, then junit.xml,
// summary.md, bench.txt and gate.html. Like WriteDir it leaves nothing there of
// a former report, and no half of a file.
func WriteGateDir(dir string, r *bench.Result, o GateOptions) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := writeFile(dir, resultFile, func(w io.Writer) error { return JSON(w, r) }); err != nil {
		return err
	}
	if err := errors.Join(removeDrawn(dir), removeGate(dir)); err != nil {
		return fmt.Errorf("remove the former report: %w", err)
	}
	for _, f := range gateDrawings(r, o) {
		if err := writeFile(dir, f.name, f.draw); err != nil {
			return fmt.Errorf("%w (%s is saved)", err, filepath.Join(dir, resultFile))
		}
	}
	return nil
}

func gateDrawings(r *bench.Result, o GateOptions) []drawing {
	return []drawing{
		{junitFile, func(w io.Writer) error { return JUnit(w, r, o) }},
		{summaryFile, func(w io.Writer) error { return GateMarkdown(w, r) }},
		{benchfmtFile, func(w io.Writer) error { return GateBenchfmt(w, r) }},
		{gatePageFile, func(w io.Writer) error { return GateHTML(w, r) }},
	}
}

// removeGate removes what only a gate writes: JUnit reports are gathered by
// their names, and a stale one would speak for this run.
func removeGate(dir string) error {
	for _, name := range []string{junitFile, gatePageFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
