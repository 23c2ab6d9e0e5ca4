// Package gate reports the result of a gate: as text, as a page with a plot of how it decided,
// as Markdown for the page of a CI system, as JUnit and as GitHub's annotations.
//
// Begin with WriteDir, which writes everything into a directory, and Text. The raw
// measurements are written by reports.Benchfmt.
package gate

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/files"
)

// Options control how a CI system sees a gate's checks. The zero value suits a gate whose
// exit status distinguishes inconclusive from failed.
type Options struct {
	InconclusiveFails bool // report inconclusive checks as failures
}

// WriteDir writes the report of a gate into a directory: result.json, from which the other
// files can be drawn again, then junit.xml, summary.md, bench.txt and gate.html. Like
// reports.WriteDir it creates the directory, removes an earlier report, and leaves no
// partial file.
func WriteDir(dir string, r *result.Result, o Options) error {
	return files.WriteReport(dir, r, reports.FigureNames(), drawings(r, o))
}

// Failure returns the result of a gate that could not measure, for JUnit and Annotations.
func Failure(failed error) *result.Result {
	return &result.Result{
		Schema: result.Schema, Began: time.Now(), Gate: &result.Gate{Outcome: result.Inconclusive},
		Verdict: result.Verdict{Sentence: "The gate could not measure.", Reasons: []string{failed.Error()}},
	}
}

// WriteFailure writes the JUnit report of a Failure, and removes the report of an earlier
// gate.
func WriteFailure(dir string, r *result.Result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := files.RemoveFormer(dir, reports.FigureNames()); err != nil {
		return fmt.Errorf("remove the earlier report: %w", err)
	}
	return files.Write(dir, files.JUnit, func(w io.Writer) error { return JUnit(w, r, Options{}) })
}

func drawings(r *result.Result, o Options) []files.Drawing {
	return []files.Drawing{
		{Name: files.JUnit, Draw: func(w io.Writer) error { return JUnit(w, r, o) }},
		{Name: files.Summary, Draw: func(w io.Writer) error { return Markdown(w, r) }},
		{Name: files.Benchfmt, Draw: func(w io.Writer) error { return reports.Benchfmt(w, r) }},
		{Name: files.GatePage, Draw: func(w io.Writer) error { return HTML(w, r) }},
	}
}
