package study

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
)

// sampleStudy returns a study in which each run measured the planted loss. The sessions of
// the runs without a loss are synthetic.
func sampleStudy() *result.Study {
	s := &result.Study{Budget: 120, MaxLoss: 0.05, Environment: result.Environment{
		CPU: "Example 3000 @ 2.60GHz", Cores: 2, Kernel: "6.12.41", Go: "go1.26.8", Pinning: "generator pinned to CPU 0, target to CPU 1",
	}}
	r := rand.New(rand.NewPCG(1, 2))
	add := func(planted float64, o result.Outcome, valid bool, seconds float64) {
		run := result.StudyRun{
			Planted: planted, Valid: valid, Seconds: seconds, Outcome: o, Quads: 52, Looks: 5, Alpha: 0.05,
			Check: result.Check{Ratio: result.Float(1 - planted), MDE: 0.034},
		}
		for range 6 {
			d := make([]float64, 26)
			for i := range d {
				d[i] = 0.15 * r.NormFloat64()
			}
			run.Values = append(run.Values, d)
		}
		s.Runs = append(s.Runs, run)
	}
	add(0, result.Pass, true, 66)
	add(0, result.Pass, true, 70)
	add(0, result.Fail, false, 20)
	add(0.05, result.Fail, true, 68)
	add(0.05, result.Inconclusive, true, 120)
	add(0.10, result.Fail, true, 45)
	return s
}

func TestStudy(t *testing.T) {
	s := sampleStudy()
	s.Resampled = s.Resample(0, 0.025, 0.05, 0.10)
	reporttest.Golden(t, "study.txt", reporttest.Written(t, func(w io.Writer) error { return Text(w, s, text.Options{}) }))
	reporttest.Golden(t, "study.md", reporttest.Written(t, func(w io.Writer) error { return Markdown(w, s) }))
}

// A study that was interrupted in its first run has no sessions to draw from.
func TestStudyOfTooLittle(t *testing.T) {
	s := sampleStudy()
	s.Runs = s.Runs[2:4] // one that is invalid, one with a loss
	reporttest.Golden(t, "study-short.txt", reporttest.Written(t, func(w io.Writer) error { return Text(w, s, text.Options{}) }))
}

// WriteDir fails if it cannot remove an old study.md.
func TestWriteStudyNamesAFormerTable(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "study.md", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, sampleStudy()); err == nil || !strings.Contains(err.Error(), "remove the earlier study") {
		t.Errorf("WriteDir = %v", err)
	}
}
