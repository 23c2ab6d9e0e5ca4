// Package study reports how often a gate finds losses that were planted, as text and as
// Markdown. Begin with WriteDir and Text.
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

// WriteDir writes a study into a directory, which it makes if need be: as
// study.json and as tables in study.md.
func WriteDir(dir string, s *result.Study) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the study's directory: %w", err)
	}
	if err := files.Write(dir, "study.json", func(w io.Writer) error { return result.JSON(w, s) }); err != nil {
		return err
	}
	// A former table would speak for this study if there were no room for the new one.
	if err := os.Remove(filepath.Join(dir, "study.md")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the former study: %w", err)
	}
	return files.Write(dir, "study.md", func(w io.Writer) error { return Markdown(w, s) })
}

// Text writes a study as tables: what the gate said, and how often it errs.
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

// Markdown writes the same as Markdown, with the machine that it was on.
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
	return fmt.Sprintf("What the gate said of losses that were planted, with a budget of %s a run and %s let pass:", unit.Span(s.Budget), unit.Percent(s.MaxLoss))
}

func resampledMethod(s *result.Study) string {
	if len(s.Resampled) == 0 {
		return "Too few sessions without a loss to say how often it errs: --runs 3,1,1 measures more."
	}
	return fmt.Sprintf("How often its check of throughput errs on the noise of the runs without a loss: %d runs a line, drawn from their sessions and slowed down:", s.Resampled[0].Runs)
}
