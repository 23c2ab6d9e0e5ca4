// Package study reports how often a gate detects planted losses, as text and as Markdown.
// Begin with WriteDir and Text.
package study

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/markdown"
	"github.com/classibench/classibench/reports/internal/text"
)

// WriteDir writes study.json, and the tables in study.md, into a directory. It creates the
// directory if necessary.
func WriteDir(dir string, s *result.Study) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the study's directory: %w", err)
	}
	if err := files.Write(dir, "study.json", func(w io.Writer) error { return result.JSON(w, s) }); err != nil {
		return err
	}
	// If the disk were full, an old table would remain beside the new study.json.
	if err := os.Remove(filepath.Join(dir, "study.md")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the earlier study: %w", err)
	}
	return files.Write(dir, "study.md", func(w io.Writer) error { return Markdown(w, s) })
}

// Text writes a study as tables: the gate's outcomes, and how often it errs.
func Text(w io.Writer, s *result.Study, o text.Options) error {
	p := text.NewPrinter(w, o)
	p.Paragraph("", "", method(s))
	p.Line("")
	planted(s).Text(p)
	p.Line("")
	p.Paragraph("", "", resampledMethod(s))
	if len(s.Resampled) > 0 {
		p.Line("")
		resampled(s).Text(p)
	}
	return p.Flush()
}

// Markdown writes the same tables as Markdown, and the machine of the study.
func Markdown(w io.Writer, s *result.Study) error {
	m := markdown.New(w)
	m.Printf("%s\n", markdown.Escape(method(s)))
	planted(s).Markdown(m)
	m.Printf("\n%s\n", markdown.Escape(resampledMethod(s)))
	if len(s.Resampled) > 0 {
		resampled(s).Markdown(m)
	}
	e := s.Environment
	m.Printf("\n%s\n", markdown.Escape(fmt.Sprintf("%s, %s, kernel %s, %s; %s.", e.CPU, unit.Count(e.Cores, "core"), e.Kernel, e.Go, e.Pinning)))
	return m.Flush()
}

func method(s *result.Study) string {
	return fmt.Sprintf("Outcomes of the gate for planted losses, with a budget of %s for each run and an allowed loss of %s:", unit.Span(s.Budget), unit.Percent(s.MaxLoss))
}

func resampledMethod(s *result.Study) string {
	if len(s.Resampled) == 0 {
		return "There are too few sessions without a loss to estimate how often the gate errs: --runs 3,1,1 measures more."
	}
	return fmt.Sprintf("How often the gate's check of throughput errs, estimated from the noise of the runs without a loss. Each row is %d runs, drawn from their sessions and slowed down by the loss:", s.Resampled[0].Runs)
}
