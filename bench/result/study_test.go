package result_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// study returns a study with one run without a loss. It has so many sessions of 30 quads,
// and the values have a standard deviation of noise.
func study(sessions int, noise float64) *result.Study {
	r := rand.New(rand.NewPCG(1, 2))
	run := result.StudyRun{Valid: true, Seconds: 12 * float64(sessions), Quads: 60, Looks: 5, Alpha: 0.05, Outcome: result.Pass}
	for range sessions {
		d := make([]float64, 30)
		for i := range d {
			d[i] = noise * r.NormFloat64()
		}
		run.Values = append(run.Values, d)
	}
	return &result.Study{Budget: 120, MaxLoss: 0.05, Runs: []result.StudyRun{run}}
}

// The expected outcomes follow from the standard error of noise/√300 at the last look:
// 5% are 3.5 standard errors at a noise of 25%, and 14 at 6%.
func TestResample(t *testing.T) {
	rows := study(20, 0.06).Resample(0, 0.05, 0.10)
	none, five, ten := rows[0], rows[1], rows[2]
	if none.Fail > none.Runs/20 || five.Fail < five.Runs*97/100 || ten.Fail != ten.Runs {
		t.Errorf("quiet: %+v\n%+v\n%+v", none, five, ten)
	}
	if none.Runs != 2000 || math.Abs(float64(ten.Ratio)-0.9) > 0.01 || ten.MeanSeconds < 24 || ten.MeanSeconds > 60 {
		t.Errorf("a loss of 10%%: %+v", ten)
	}
	if noisy := study(20, 0.25).Resample(0, 0.05); noisy[0].Fail > noisy[0].Runs/20 || noisy[1].Fail < noisy[1].Runs*8/10 || noisy[1].Fail > noisy[1].Runs*98/100 {
		t.Errorf("noisy: %+v", noisy)
	}
}

// A chance difference in a study without a loss does not count as a loss.
func TestResampleIsCentred(t *testing.T) {
	s := study(20, 0.06)
	for _, d := range s.Runs[0].Values {
		for i := range d {
			d[i] += 0.1
		}
	}
	if none := s.Resample(0)[0]; none.Fail > none.Runs/20 || none.Pass < none.Runs*9/10 {
		t.Errorf("none lost: %+v", none)
	}
}

func TestResampleOfTooLittle(t *testing.T) {
	few, invalid, lost := study(4, 0.06), study(9, 0.06), study(9, 0.06)
	invalid.Runs[0].Valid = false
	lost.Runs[0].Planted = 0.05
	for name, s := range map[string]*result.Study{"few sessions": few, "invalid": invalid, "with a loss": lost, "nothing": {MaxLoss: 0.05}} {
		if rows := s.Resample(0); rows != nil {
			t.Errorf("%s: %+v, want no rows", name, rows)
		}
	}
}

func TestRowsOfAStudy(t *testing.T) {
	run := func(planted float64, o result.Outcome, ratio float64) result.StudyRun {
		return result.StudyRun{Planted: planted, Valid: true, Seconds: 40, Outcome: o, Check: result.Check{Ratio: result.Float(ratio), MDE: 0.03}}
	}
	s := &result.Study{MaxLoss: 0.05, Runs: []result.StudyRun{
		run(0, result.Pass, 1), run(0, result.Fail, 0.81), {Planted: 0, Outcome: result.Fail},
		run(0.1, result.Fail, 0.9), run(0.1, result.Pass, 0.96), run(0.1, result.Inconclusive, 0.9),
	}}
	rows := s.Rows()
	if len(rows) != 2 || rows[0].Runs != 2 || rows[0].Invalid != 1 || rows[0].Fail != 1 || math.Abs(float64(rows[0].Ratio)-0.9) > 1e-9 {
		t.Errorf("no loss: %+v", rows)
	}
	if ten := rows[1]; ten.Pass != 1 || ten.Fail != 1 || ten.Inconclusive != 1 || ten.MeanSeconds != 40 {
		t.Errorf("a tenth: %+v", ten)
	}
	if s.Wrong() != 2 || s.Valid() != 5 {
		t.Errorf("%d wrong of %d valid, want 2 of 5", s.Wrong(), s.Valid())
	}
}

func TestResampleEndsWithTheBudget(t *testing.T) {
	s := study(20, 0.09)
	s.Budget, s.Runs[0].Quads, s.Runs[0].Seconds = 10, 3, 1500 // 2.5 s a quad
	if none := s.Resample(0)[0]; none.LongSeconds > s.Budget {
		t.Errorf("a run of %v s in a budget of %v s", none.LongSeconds, s.Budget)
	}
}
