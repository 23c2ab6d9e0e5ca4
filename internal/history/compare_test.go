package history_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/history"
	"github.com/google/go-cmp/cmp"
)

// A past describes the gain of a program over its commits.
type past struct {
	runs   int
	weekly float64 // loss a week, with three runs in each
	step   float64 // change from the 36th run on
	noise  float64 // standard deviation of the logarithm, from run to run
}

func (p past) gain(i int, r *rand.Rand) float64 {
	g := 7.4 * math.Pow(1-p.weekly, float64(i)/3) * math.Exp(p.noise*r.NormFloat64())
	if i >= stepAt {
		g *= 1 + p.step
	}
	return g
}

const stepAt = 36

// lived adds the runs of a past to a history in a file, and reads them again.
func (p past) lived(t *testing.T, seed uint64) []history.Run {
	t.Helper()
	h := mustOpen(t, filepath.Join(t.TempDir(), "history.db"))
	r := rand.New(rand.NewPCG(seed, 0))
	var runs []history.Run
	for i := range p.runs {
		runs = append(runs, mustRun(t, resultOf(p.gain(i, r), day.AddDate(0, 0, i)), commit(i)))
	}
	if _, err := h.Add(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
	return mustRuns(t, h)
}

func gainOf(t *testing.T, runs []history.Run) history.Series {
	t.Helper()
	groups := history.Compare(runs, history.Filter{Metric: history.Gain})
	if len(groups) != 1 || len(groups[0].Series) != 1 {
		t.Fatalf("groups = %+v, want one with one series", groups)
	}
	return groups[0].Series[0]
}

// TestSlowLossAndStep shows the purpose of a history: it finds a change of −6% at its commit
// during a loss of 1% per week, which no gate detects.
func TestSlowLossAndStep(t *testing.T) {
	for seed := range uint64(5) {
		s := gainOf(t, past{60, 0.01, -0.06, 0.01}.lived(t, seed))
		found := false
		for _, step := range s.Steps {
			if step.Change >= 0 {
				t.Errorf("seed %d: a gain of %+.1f%% is marked at run %d, where there was none", seed, 100*step.Change, step.After)
			}
			if step.After >= stepAt-1 && step.After <= stepAt+1 && step.High < -0.04 {
				found = true
				if want := commit(step.After); step.To != want || step.From != commit(step.After-1) {
					t.Errorf("seed %d: step between %v and %v, want the commits of the points", seed, step.From, step.To)
				}
			}
		}
		if !found {
			t.Errorf("seed %d: the change of −6%% at run %d is not among the steps: %+v", seed, stepAt, s.Steps)
		}
	}
}

// A loss of 1% per week alone appears as several steps down, whose sum is the loss.
func TestSlowLoss(t *testing.T) {
	for seed := range uint64(5) {
		s := gainOf(t, past{runs: 60, weekly: 0.01, noise: 0.01}.lived(t, seed))
		if len(s.Steps) == 0 {
			t.Errorf("seed %d: nothing marked", seed)
			continue
		}
		lost := s.Levels[len(s.Levels)-1].Value/s.Levels[0].Value - 1
		if lost > -0.12 || lost < -0.19 { // 1 − 0.99^(59/3) is 18%, less half a stair at each end
			t.Errorf("seed %d: %+.1f%% from the first level to the last, want about −16%%", seed, 100*lost)
		}
	}
}

// TestNoFalseMark counts the histories without any change that show one.
func TestNoFalseMark(t *testing.T) {
	const seeds = 4000
	marked := 0
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 0))
		var gains []float64
		for i := range 60 {
			gains = append(gains, past{noise: 0.02}.gain(i, r))
		}
		if len(gainOf(t, values(gains...)).Steps) > 0 {
			marked++
		}
	}
	t.Logf("%d of %d histories without a change are marked", marked, seeds)
	if marked > 60 { // of 4,000 at 1%: less likely than one in a thousand
		t.Errorf("%d of %d are marked, want about 1%%", marked, seeds)
	}
}

// values are runs with a gain each, in order.
func values(gains ...float64) []history.Run {
	var runs []history.Run
	for i, g := range gains {
		runs = append(runs, history.Run{ID: int64(i + 1), Commit: commit(i), Measures: []history.Measure{
			{Metric: history.Gain, Target: "persistent", Against: "cgi", Value: g, Low: result.Float(g * 0.99), High: result.Float(g * 1.01)},
		}})
	}
	return runs
}

func TestLevelsAndSteps(t *testing.T) {
	s := gainOf(t, values(8, 8.08, 7.92, 8, 8.04, 7.96, 8, 6, 6.06, 5.94, 6, 6.03, 5.97, 6))
	if len(s.Levels) != 2 || len(s.Steps) != 1 {
		t.Fatalf("levels %+v, steps %+v, want two and one", s.Levels, s.Steps)
	}
	for i, want := range []history.Level{{From: 0, To: 6, Value: 8}, {From: 7, To: 13, Value: 6}} {
		if got := s.Levels[i]; got.From != want.From || got.To != want.To || math.Abs(got.Value/want.Value-1) > 1e-4 {
			t.Errorf("level %d = %+v, want %+v", i, got, want)
		}
	}
	c := s.Steps[0]
	if math.Abs(c.Change+0.25) > 1e-4 || c.Before != 6 || c.After != 7 || c.Low > -0.25 || c.High < -0.25 || c.Low < -0.26 || c.High > -0.24 {
		t.Errorf("step = %+v, want −25%% after point 6, with an interval of about ±0.7%% around it", c)
	}
}

// Where only the spread changes, there is no step.
func TestSpreadIsNoStep(t *testing.T) {
	var gains []float64
	for i := range 40 {
		sign := float64(1 - 2*(i%2))
		gains = append(gains, 7*math.Exp(sign*0.001*float64(1+i%3)))
	}
	for i := range 40 {
		sign := float64(1 - 2*(i%2))
		gains = append(gains, 7*math.Exp(sign*0.05*float64(1+i%3)))
	}
	if s := gainOf(t, values(gains...)); len(s.Steps) != 0 || len(s.Levels) != 1 {
		t.Errorf("steps %+v, levels %+v, want no step", s.Steps, s.Levels)
	}
}

// Doubtful runs are shown, but changes in them are not.
func TestDoubtfulRuns(t *testing.T) {
	runs := values(8, 8.1, 7.9, 8, 8.1, 7.9, 2, 2, 2, 2, 2, 8, 8.1, 7.9, 8, 8, 6, 6.1, 5.9, 6, 6.1, 5.9)
	for i := 6; i < 11; i++ {
		runs[i].Excluded = "invalid"
	}
	s := gainOf(t, runs)
	if len(s.Points) != len(runs) || len(s.Steps) != 1 || s.Steps[0].Before != 15 || s.Steps[0].After != 16 {
		t.Errorf("%d points and steps %+v, want %d and one step between points 15 and 16", len(s.Points), s.Steps, len(runs))
	}
}

func TestGroups(t *testing.T) {
	runs := values(1, 2, 3, 4, 5, 6)
	for i, kernel := range []string{"6.1", "6.2", "6.1", "6.2", "6.1", "6.3"} {
		runs[i].Setting = history.Setting{Scenario: "peak-hour", Kernel: kernel}
	}
	runs[5].Setting.Scenario = "browse"
	for _, tc := range []struct {
		filter history.Filter
		want   string
	}{
		{history.Filter{}, "peak-hour on 6.2: 2 4; peak-hour on 6.1: 1 3 5; browse on 6.3: 6"},
		{history.Filter{Scenario: "browse"}, "browse on 6.3: 6"},
		{history.Filter{Last: 2}, "peak-hour on 6.2: 2 4; peak-hour on 6.1 (1 left): 3 5; browse on 6.3: 6"},
		{history.Filter{Target: "persistent", Scenario: "peak-hour", Last: 1}, "peak-hour on 6.2 (1 left): 4; peak-hour on 6.1 (2 left): 5"},
		{history.Filter{Target: "cgi"}, ""},
		{history.Filter{Metric: history.P95}, ""},
	} {
		var got []string
		for _, g := range history.Compare(runs, tc.filter) {
			line := g.Setting.Scenario + " on " + g.Setting.Kernel
			if g.Left > 0 {
				line += fmt.Sprintf(" (%d left)", g.Left)
			}
			line += ":"
			for _, p := range g.Series[0].Points {
				line += fmt.Sprintf(" %d", p.ID)
			}
			got = append(got, line)
		}
		if got := strings.Join(got, "; "); got != tc.want {
			t.Errorf("Compare with %+v\n got %s\nwant %s", tc.filter, got, tc.want)
		}
	}
}

func TestSeries(t *testing.T) {
	r := resultOf(7.4, day)
	r.Replay.Trials[1].Latency.P95 = 0.003
	runs := []history.Run{mustRun(t, r, commit(1))}
	for _, tc := range []struct {
		filter history.Filter
		want   []string
	}{
		{history.Filter{}, []string{"gain persistent/cgi", "throughput cgi", "throughput persistent", "p95 cgi", "p95 persistent"}},
		{history.Filter{Metric: history.P95, Stage: "rush"}, []string{"p95 cgi (rush)"}},
		{history.Filter{Target: "cgi"}, []string{"throughput cgi", "p95 cgi"}},
	} {
		var got []string
		for _, s := range history.Compare(runs, tc.filter)[0].Series {
			words := told([]history.Measure{{Metric: s.Metric, Target: s.Target, Against: s.Against, Stage: s.Stage}})
			got = append(got, strings.TrimSuffix(strings.TrimSuffix(words, " [0 0]"), " 0"))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("Compare with %+v (-want +got):\n%s", tc.filter, diff)
		}
	}
}
