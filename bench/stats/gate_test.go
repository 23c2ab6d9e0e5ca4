package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/stats"
)

func gate(tb testing.TB) stats.Gate {
	tb.Helper()
	g, err := stats.NewGate(5, 0.05, 0.05)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestBoundsOfTheGate(t *testing.T) {
	// 1.751·√(5/k), the values in the design.
	want := []float64{3.915, 2.768, 2.260, 1.958, 1.751}
	g := gate(t)
	for k, w := range want {
		if got := g.Bound(k + 1); math.Abs(got-w) > 6e-4 {
			t.Errorf("bound of look %d: got %.4f, want %.3f", k+1, got, w)
		}
	}
}

// By hand: the mean of the six values is −0.1 and their squares add up to 0.0004,
// so the variance is 0.00008 and the standard error √(0.00008/6) = 0.003651 with 5
// degrees of freedom. A value within a session has the variance 0.0004/4 = 0.0001,
// so a mean of three has 0.0000333; twice that, plus 1% for the restart, is
// 0.0001667, with weight 4. The means do not differ, with weight 1: 0.0001333 for a
// session, √(0.0001333/2) = 0.008165 for both.
func TestADecisionByHand(t *testing.T) {
	g := gate(t)
	d := g.Decide(5, [][]float64{{-0.11, -0.09, -0.10}, nil, {-0.09, -0.10, -0.11}})
	half := stats.StudentBound(1.7508658, 5)
	want := stats.Decision{
		Verdict: stats.Fail, Stop: true, Lost: true, Estimate: -0.1, N: 6, Sessions: 2, ACF1: d.ACF1,
		Within:  stats.Interval{Low: -0.1 - half*0.0036515, High: -0.1 + half*0.0036515},
		Between: stats.Interval{Low: -0.1 - half*0.0081650, High: -0.1 + half*0.0081650},
		// t(0.8; 5) = 0.919544, from published tables.
		MDE: (half + 0.919544) * 0.0081650,
	}
	want.Interval = want.Between
	if !cmp.Equal(d, want, close4) {
		t.Errorf("got, want:\n%s", cmp.Diff(d, want, close4))
	}
}

// A look right after a restart: one value of the new session, 1.5 standard
// deviations from the mean, is no sign that the sessions differ.
func TestASessionThatHasJustBegun(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	run := model{0.1, 0}.run(r, 0)
	before := gate(t).Decide(5, run).Between
	after := gate(t).Decide(5, append(run, []float64{0.15})).Between
	if wider := (after.High - after.Low) / (before.High - before.Low); wider > 1.1 {
		t.Errorf("a single value widens the interval between sessions %.2f times", wider)
	}
}

func TestVerdicts(t *testing.T) {
	around := func(centre float64) [][]float64 {
		s := make([][]float64, 5)
		for i := range s {
			s[i] = []float64{centre - 0.01, centre, centre + 0.01, centre - 0.005, centre + 0.005}
		}
		return s
	}
	wild := [][]float64{{0.3, -0.3, 0.2}, {-0.25, 0.3, -0.2}}
	for _, c := range []struct {
		name     string
		look     int
		sessions [][]float64
		verdict  stats.Verdict
		stop     bool
		lost     bool
	}{
		{"no change", 5, around(0), stats.Pass, true, false},
		{"a loss of 10%", 5, around(-0.1), stats.Fail, true, true},
		{"a loss of 2%, real but allowed", 5, around(-0.02), stats.Pass, true, true},
		{"a loss as large as allowed", 5, around(math.Log(0.95)), stats.Fail, true, true},
		{"a gain", 1, around(0.5), stats.Pass, true, false},
		{"noise at the first look", 1, wild, stats.Inconclusive, false, false},
		{"noise at the last look", 5, wild, stats.Inconclusive, true, false},
		{"a look too many", 6, wild, stats.Inconclusive, true, false},
		{"nothing", 1, nil, stats.Inconclusive, false, false},
		{"one value", 1, [][]float64{{-1}}, stats.Inconclusive, false, false},
		{"sessions of one value each", 2, [][]float64{{-1}, {-1.1}}, stats.Inconclusive, false, false},
		{"a side that did not answer", 5, append(around(0), []float64{math.NaN()}), stats.Inconclusive, true, false},
		{"a side that answered nothing", 5, append(around(0), []float64{math.Inf(-1)}), stats.Inconclusive, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := gate(t).Decide(c.look, c.sessions)
			if d.Verdict != c.verdict || d.Stop != c.stop || d.Lost != c.lost {
				t.Errorf("got %+v, want %v, stop %v, lost %v", d, c.verdict, c.stop, c.lost)
			}
		})
	}
}

func TestGatesThatCannotBe(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		looks       int
		alpha, loss float64
	}{{0, 0.05, 0.05}, {101, 0.05, 0.05}, {5, 0, 0.05}, {5, 0.5, 0.05}, {5, nan, 0.05}, {5, 0.05, 0}, {5, 0.05, 1}} {
		if g, err := stats.NewGate(c.looks, c.alpha, c.loss); err == nil {
			t.Errorf("NewGate(%v, %v, %v) = %v, want an error", c.looks, c.alpha, c.loss, g)
		}
	}
}

// The repeated p-value is below alpha exactly when the gate fails at that look.
func TestPAgreesWithTheVerdict(t *testing.T) {
	g := gate(t)
	rapid.Check(t, func(t *rapid.T) {
		sessions := make([][]float64, rapid.IntRange(1, 5).Draw(t, "sessions"))
		for i := range sessions {
			sessions[i] = rapid.SliceOfN(rapid.Float64Range(-0.2, 0.05), 2, 9).Draw(t, "values")
		}
		look := rapid.IntRange(1, 5).Draw(t, "look")
		d, p := g.Decide(look, sessions), g.P(look, sessions)
		if d.Lost != (p < 0.05) && math.Abs(p-0.05) > 1e-6 {
			t.Fatalf("p = %v, but the decision is %+v", p, d)
		}
	})
	if p := g.P(1, nil); p != 1 {
		t.Errorf("P of nothing = %v, want 1", p)
	}
	// All values are the same: the sign is certain, but a restart might have caused
	// it.
	if p := g.P(5, [][]float64{{-1, -1}, {-1, -1}}); p <= 0 || p > 0.05 {
		t.Errorf("P of a clear loss = %v, want a small value above 0", p)
	}
}

// runs returns the number of simulations: a tenth in short tests, as under the race
// detector.
func runs(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// A model of quads: independent normal noise, plus a change at each restart.
type model struct{ noise, restart float64 }

func (m model) run(r *rand.Rand, centre float64) [][]float64 {
	s := make([][]float64, sessions)
	for i := range s {
		here := centre + m.restart*r.NormFloat64()
		s[i] = make([]float64, quadsOfSession)
		for k := range s[i] {
			s[i][k] = here + m.noise*r.NormFloat64()
		}
	}
	return s
}

// The gate must err rarely enough at both limits, and detect enough losses, as long
// as restarts change little more than assumed.
func TestErrorsOfTheGate(t *testing.T) {
	g, runs := gate(t), runs(2000)
	for _, c := range []struct {
		name  string
		m     model
		error float64 // maximum error at either limit
		found float64 // minimum of detected losses of 5%
	}{
		{"quiet", model{0.03, 0}, 0.05, 0.99},
		{"quiet, restarts as assumed", model{0.03, 0.01}, 0.05, 0.99},
		{"quiet, restarts twice as assumed", model{0.03, 0.02}, 0.05, 0.98},
		{"noisy", model{0.09, 0}, 0.05, 0.97},
		{"noisy, restarts as assumed", model{0.09, 0.01}, 0.05, 0.97},
		{"noisy, restarts thrice as assumed", model{0.09, 0.03}, 0.06, 0.88},
		{"very noisy", model{0.2, 0.01}, 0.05, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := map[float64]*tally{0: {}, 0.05: {}}
			for loss, answers := range at {
				r := rand.New(rand.NewPCG(11, 12))
				for range runs {
					d, seconds := decide(g, c.m.run(r, math.Log1p(-loss)))
					answers.add(d.Verdict, seconds)
				}
			}
			t.Logf("no loss: %v; 5%%: %v", at[0], at[0.05])
			if alarms := stats.Proportion(at[0].fail, runs, 0.99); alarms.Low > c.error {
				t.Errorf("%d false alarms in %d runs, want at most a share of %v", at[0].fail, runs, c.error)
			}
			if missed := stats.Proportion(at[0.05].pass, runs, 0.99); missed.Low > c.error {
				t.Errorf("%d losses of 5%% passed in %d runs, want at most a share of %v", at[0.05].pass, runs, c.error)
			}
			if found := stats.Proportion(at[0.05].fail, runs, 0.99); found.High < c.found {
				t.Errorf("found %d losses of 5%% in %d runs, want at least a share of %v", at[0.05].fail, runs, c.found)
			}
		})
	}
}

// At a limit, a gate must err in at most 5% of runs on either side, but not much
// less: its bounds must not be wider than necessary. The intervals are made for
// restarts as assumed.
func TestErrorsAtTheEdge(t *testing.T) {
	g, err := stats.EdgeGate(looks, 0.05, math.Log(4))
	if err != nil {
		t.Fatal(err)
	}
	runs := runs(4000)
	for name, m := range map[string]model{"within": {0.3, 0}, "between": {0.001, 0.01}} {
		var answers tally
		r := rand.New(rand.NewPCG(13, 14))
		for range runs {
			d, seconds := decide(g, m.run(r, math.Log(4)))
			answers.add(d.Verdict, seconds)
		}
		t.Logf("%s: %v", name, answers)
		for what, k := range map[string]int{"failed": answers.fail, "passed": answers.pass} {
			if i := stats.Proportion(k, runs, 0.999); i.Low > 0.05 || i.High < 0.02 {
				t.Errorf("%s: %d of %d %s, want a share of 0.02 to 0.05", name, k, runs, what)
			}
		}
	}
}

// A loss of the size of MDE must be detected in 80% of runs.
func TestDetectable(t *testing.T) {
	runs := runs(1500)
	m := model{noise: 0.08, restart: 0.005}
	g := gate(t)
	r := rand.New(rand.NewPCG(15, 16))
	var said []float64
	for range runs {
		said = append(said, g.Decide(looks, m.run(r, 0)).MDE)
	}
	slices.Sort(said)
	typical := said[runs/2]
	found := 0
	for range runs {
		if g.Decide(looks, m.run(r, -typical)).Lost {
			found++
		}
	}
	if i := stats.Proportion(found, runs, 0.99); i.High < 0.8 || i.Low > 0.87 {
		t.Errorf("a loss of %.2f%% is found in a share of %v, want about 0.8", 100*-math.Expm1(-typical), share(found, runs))
	}
}

func BenchmarkDecide(b *testing.B) {
	g := gate(b)
	run := model{0.09, 0.01}.run(rand.New(rand.NewPCG(1, 2)), 0)
	b.ReportAllocs()
	for b.Loop() {
		g.Decide(5, run)
	}
}
