package reports

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// WriteStudy writes a study into a directory, which it makes if need be: as
// study.json and as tables in study.md.
func WriteStudy(dir string, s *result.Study) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the study's directory: %w", err)
	}
	if err := writeFile(dir, "study.json", func(w io.Writer) error { return result.JSON(w, s) }); err != nil {
		return err
	}
	// A former table would speak for this study if there were no room for the new one.
	if err := os.Remove(filepath.Join(dir, "study.md")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the former study: %w", err)
	}
	return writeFile(dir, "study.md", func(w io.Writer) error { return StudyMarkdown(w, s) })
}

// StudyText writes a study as tables: what the gate said, and how often it errs.
func StudyText(w io.Writer, s *result.Study, o TextOptions) error {
	p := newPrinter(w, o)
	p.paragraph("", "", studyMethod(s))
	p.line("")
	p.table(studyTable(s))
	p.line("")
	p.paragraph("", "", resampledMethod(s))
	if len(s.Resampled) > 0 {
		p.line("")
		p.table(resampledTable(s))
	}
	return p.w.Flush()
}

// StudyMarkdown writes the same as Markdown, with the machine that it was on.
func StudyMarkdown(w io.Writer, s *result.Study) error {
	m := &markdown{bufio.NewWriter(w)}
	m.printf("%s\n", escaped(studyMethod(s)))
	m.table(studyTable(s))
	m.printf("\n%s\n", escaped(resampledMethod(s)))
	if len(s.Resampled) > 0 {
		m.table(resampledTable(s))
	}
	e := s.Environment
	m.printf("\n%s\n", escaped(fmt.Sprintf("%s, %s, kernel %s, %s; %s.", e.CPU, unit.Count(e.Cores, "core"), e.Kernel, e.Go, e.Pinning)))
	return m.w.Flush()
}

func studyMethod(s *result.Study) string {
	return fmt.Sprintf("What the gate said of losses that were planted, with a budget of %s a run and %s let pass:", unit.Span(s.Budget), unit.Percent(s.MaxLoss))
}

func resampledMethod(s *result.Study) string {
	if len(s.Resampled) == 0 {
		return "Too few sessions without a loss to say how often it errs: --runs 3,1,1 measures more."
	}
	return fmt.Sprintf("How often its check of throughput errs on the noise of the runs without a loss: %d runs a line, drawn from their sessions and slowed down:", s.Resampled[0].Runs)
}
