package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/classibench/classibench/bench"
)

// StudyText writes a study as an aligned table.
func StudyText(w io.Writer, s *bench.Study) error {
	fmt.Fprintf(w, "What the gate sees on this machine, with a budget of %.0f s a run and %s let pass:\n\n", s.Budget, studyPercent(s.MaxLoss))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "planted\tmeasured\truns\tpass\tfail\tcannot tell\tmean time\tlongest\tMDE\t")
	for _, row := range s.Rows() {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t\n", loss(row.Planted), measuredLoss(row), row.Runs,
			row.Pass, row.Fail, row.Inconclusive, wholeSeconds(row.MeanSeconds), wholeSeconds(row.LongSeconds), studyPercent(float64(row.MeanMDE)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := studyInvalid(w, s); err != nil {
		return err
	}
	return resampledText(w, s)
}

// resampledText says how often the gate errs on the noise that was measured.
func resampledText(w io.Writer, s *bench.Study) error {
	if len(s.Resampled) == 0 {
		_, err := fmt.Fprintln(w, "\nToo few sessions without a loss to say how often it errs: --runs 3,1,1 measures more.")
		return err
	}
	fmt.Fprintf(w, "\nHow often its check of throughput errs on the noise of the runs without a loss: %d\nruns a line, drawn from their sessions and slowed down.\n\n", s.Resampled[0].Runs)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "loss\tfail\t95% interval\tpass\tcannot tell\tmean time\t")
	for _, row := range s.Resampled {
		fmt.Fprintln(t, strings.Join(resampledCells(row), "\t")+"\t")
	}
	return t.Flush()
}

func resampledCells(row bench.StudyRow) []string {
	return []string{
		loss(row.Planted), of(row.Fail, row), tenths(row.FailShare.Low) + " to " + tenths(row.FailShare.High),
		of(row.Pass, row), of(row.Inconclusive, row), wholeSeconds(row.MeanSeconds),
	}
}

func resampledMarkdown(w io.Writer, s *bench.Study) {
	if len(s.Resampled) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThe noise of the runs without a loss, drawn anew and slowed down, %d runs a line:\n\n", s.Resampled[0].Runs)
	fmt.Fprintln(w, "| loss | fails | 95% interval | passes | cannot tell | mean time |")
	fmt.Fprintln(w, "| ---: | ---: | :---: | ---: | ---: | ---: |")
	for _, row := range s.Resampled {
		fmt.Fprintln(w, "| "+strings.Join(resampledCells(row), " | ")+" |")
	}
}

// of is a share of a row's runs.
func of(k int, row bench.StudyRow) string { return tenths(float64(k) / float64(row.Runs)) }

// tenths prints a share with one decimal of a percent.
func tenths(x float64) string { return fixed(100*x, 1) + "%" }

// StudyMarkdown writes a study as a table with the intervals of its shares.
func StudyMarkdown(w io.Writer, s *bench.Study) error {
	fmt.Fprintln(w, "| planted | measured | runs | pass | fail | cannot tell | fails, 95% interval | mean time | longest |")
	fmt.Fprintln(w, "| ---: | ---: | ---: | ---: | ---: | ---: | :---: | ---: | ---: |")
	for _, row := range s.Rows() {
		fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d | %s to %s | %s | %s |\n", loss(row.Planted), measuredLoss(row), row.Runs,
			row.Pass, row.Fail, row.Inconclusive, tenths(row.FailShare.Low), tenths(row.FailShare.High), wholeSeconds(row.MeanSeconds), wholeSeconds(row.LongSeconds))
	}
	resampledMarkdown(w, s)
	e := s.Environment
	_, err := fmt.Fprintf(w, "\nBudget %.0f s a run, %s let pass; %s, %d cores, kernel %s, %s; %s.\n",
		s.Budget, studyPercent(s.MaxLoss), e.CPU, e.Cores, e.Kernel, e.Go, e.Pinning)
	return err
}

func studyInvalid(w io.Writer, s *bench.Study) error {
	for _, row := range s.Rows() {
		if row.Invalid > 0 {
			fmt.Fprintf(w, "Left out, since they cannot be trusted: %s with %s planted.\n", plural(row.Invalid, "run", "runs"), loss(row.Planted))
		}
	}
	return nil
}

func loss(x float64) string {
	if x == 0 {
		return "none"
	}
	return "−" + studyPercent(x)
}

func measuredLoss(row bench.StudyRow) string {
	if row.Runs == 0 || !row.Ratio.Known() {
		return "–"
	}
	change := float64(row.Ratio) - 1
	if change < 0 {
		return "−" + tenths(-change)
	}
	return "+" + tenths(change)
}

// wholeSeconds prints how long runs took; no time is none.
func wholeSeconds(s float64) string {
	if s == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f s", s)
}

func studyPercent(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.3g%%", 100*x)
}

// WriteStudy writes a study into a directory, which it makes if need be: as
// study.json and as a table in study.md.
func WriteStudy(dir string, s *bench.Study) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the study's directory: %w", err)
	}
	asJSON := func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	if err := writeFile(dir, "study.json", asJSON); err != nil {
		return err
	}
	return writeFile(dir, "study.md", func(w io.Writer) error { return StudyMarkdown(w, s) })
}
