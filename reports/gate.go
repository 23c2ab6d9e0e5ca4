package reports

import (
	"fmt"
	"io"
	"time"

	"github.com/classibench/classibench/bench/result"
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
func WriteGateDir(dir string, r *result.Result, o GateOptions) error {
	return writeAll(dir, r, gateDrawings(r, o))
}

// GateFailure is the result of a gate that could not measure: what JUnit and
// Annotations tell of it.
func GateFailure(failed error) *result.Result {
	return &result.Result{
		Schema: result.Schema, Began: time.Now(), Gate: &result.Gate{Outcome: result.Inconclusive},
		Verdict: result.Verdict{Sentence: "The gate could not measure.", Reasons: []string{failed.Error()}},
	}
}

// WriteGateFailure writes the JUnit report of a GateFailure, and removes what a
// former gate drew.
func WriteGateFailure(dir string, r *result.Result) error {
	if err := removeDrawn(dir); err != nil {
		return fmt.Errorf("remove the former report: %w", err)
	}
	return writeFile(dir, junitFile, func(w io.Writer) error { return JUnit(w, r, GateOptions{}) })
}

func gateDrawings(r *result.Result, o GateOptions) []drawing {
	return []drawing{
		{junitFile, func(w io.Writer) error { return JUnit(w, r, o) }},
		{summaryFile, func(w io.Writer) error { return GateMarkdown(w, r) }},
		{benchfmtFile, func(w io.Writer) error { return GateBenchfmt(w, r) }},
		{gatePageFile, func(w io.Writer) error { return GateHTML(w, r) }},
	}
}
