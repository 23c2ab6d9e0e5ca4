package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/perf/benchmath"

	"github.com/classibench/classibench/bench/stats"
)

// The gate of the table: 5 looks, each after 13 quads; a session has 4 quads. A
// quad is four times A B B A, and single routes take half as long again. A block
// takes 57 ms with all overhead. A restart of both sides with warm-up takes 1.7 s,
// as in live runs. The total is 118 s of a budget of 120 s.
const (
	looks          = 5
	quadsOfLook    = 13
	quadsOfSession = 4
	sessions       = (looks*quadsOfLook + quadsOfSession - 1) / quadsOfSession
	turnsOfQuad    = 4
	turnsOfRoutes  = 2
	blockCost      = 0.057
	restartCost    = 1.7
	budget         = 120.0
	runsOfTable    = 2000
)

// A tally counts the verdicts of runs of one kind.
type tally struct {
	runs, fail, pass int
	seconds          float64
}

func (c *tally) add(v stats.Verdict, seconds float64) {
	c.runs++
	c.seconds += seconds
	switch v {
	case stats.Fail:
		c.fail++
	case stats.Pass:
		c.pass++
	}
}

func share(k, n int) float64 { return float64(k) / float64(n) }

func (c tally) String() string {
	f := stats.Proportion(c.fail, c.runs, 0.95)
	return fmt.Sprintf("%5.1f%% (%4.1f–%5.1f) %6.1f%% %6.1f%% %6.1f s", 100*share(c.fail, c.runs), 100*f.Low, 100*f.High,
		100*share(c.pass, c.runs), 100*share(c.runs-c.fail-c.pass, c.runs), c.seconds/float64(c.runs))
}

// decide runs the gate on a run.
func decide(g stats.Gate, d [][]float64) (stats.Decision, float64) {
	return decideEvery(g, d, quadsOfLook)
}

// decideEvery runs the gate on a run, with a look after every so many quads.
func decideEvery(g stats.Gate, d [][]float64, quads int) (stats.Decision, float64) {
	for look := 1; ; look++ {
		seen, begun := firstOf(d, look*quads)
		if got := g.Decide(look, seen); got.Stop {
			return got, float64(begun)*restartCost + float64(look*quads*4*(turnsOfQuad+turnsOfRoutes))*blockCost
		}
	}
}

// firstOf returns the first n values, by session, and the number of those sessions.
func firstOf(d [][]float64, n int) (seen [][]float64, begun int) {
	for _, s := range d {
		if n == 0 {
			break
		}
		seen = append(seen, s[:min(n, len(s))])
		n -= min(n, len(s))
	}
	return seen, len(seen)
}

// benchstat compares two sides as `benchstat` does with 10 runs of each: by the
// Mann–Whitney U test at 5%. Fail is a significant loss, pass is anything else.
func benchstat(a, b []float64) stats.Verdict {
	x, y := benchmath.NewSample(means(a, 10), &benchmath.DefaultThresholds), benchmath.NewSample(means(b, 10), &benchmath.DefaultThresholds)
	c := benchmath.AssumeNothing.Compare(x, y)
	if c.P > c.Alpha {
		return stats.Pass
	}
	if benchmath.AssumeNothing.Summary(y, 0.95).Center < benchmath.AssumeNothing.Summary(x, 0.95).Center {
		return stats.Fail
	}
	return stats.Pass
}

// means returns the means of consecutive blocks, for so many runs.
func means(blocks []float64, runs int) []float64 {
	out := make([]float64, runs)
	for i := range out {
		part := blocks[i*len(blocks)/runs : (i+1)*len(blocks)/runs]
		for _, x := range part {
			out[i] += x / float64(len(part))
		}
	}
	return out
}

// sides returns the rates of the blocks of A and of B as they were measured, in
// alternation.
func sides(run [][]turn) (a, b []float64) {
	for _, s := range run {
		for _, q := range s {
			a, b = append(a, q.rate(0), q.rate(3)), append(b, q.rate(1), q.rate(2))
		}
	}
	return a, b
}

// halves returns the same blocks as if all of A had been measured before all of B.
// The servers are identical, so only the time of measurement determines the side.
func halves(run [][]turn, loss float64) (a, b []float64) {
	var all []float64
	for _, s := range run {
		for _, q := range s {
			all = append(all, q.rate(0), q.rate(1), q.rate(2), q.rate(3))
		}
	}
	a, b = all[:len(all)/2], all[len(all)/2:]
	for i := range b {
		b[i] *= 1 - loss
	}
	return a, b
}

// A row is the result of the methods for one loss, from the same blocks.
type row struct {
	loss                         float64
	gate, interleaved, afterward tally
}

func tabulate(t *testing.T, from []recording, runs int) []row {
	g, err := stats.NewGate(looks, 0.05, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, loss := range []float64{0, 0.025, 0.05, 0.10} {
		row := row{loss: loss}
		for seed := range runs {
			same := resample(rand.New(rand.NewPCG(uint64(seed), 2026)), from)
			run := lose(same, loss)
			d, seconds := decide(g, values(run))
			row.gate.add(d.Verdict, seconds)
			all := restartCost + sessions*quadsOfSession*4*turnsOfQuad*blockCost // without restarts and single routes
			row.interleaved.add(benchstat(sides(run)), all)
			row.afterward.add(benchstat(halves(same, loss)), all)
		}
		rows = append(rows, row)
	}
	return rows
}

func show(rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %-24s %-21s %7s %7s %8s\n", "loss", "method", " fail (95% interval)", "pass", "neither", "mean time")
	for _, r := range rows {
		for _, m := range []struct {
			name string
			t    tally
		}{{"gate", r.gate}, {"benchstat, in turns", r.interleaved}, {"benchstat, A…A then B…B", r.afterward}} {
			fmt.Fprintf(&b, "%4.1f%%  %-24s %v\n", 100*r.loss, m.name, m.t)
		}
	}
	return b.String()
}

// A goal is a requirement for the gate on a kind of noise, in shares of runs.
type goal struct {
	alarms, missed             float64 // at most: failed without a loss, passed with a loss of 5%
	found5, found10, seconds10 float64 // at least: detected losses of 5% and 10%; at most: seconds for the latter
}

var goals = map[string]goal{
	"calm":    {alarms: 0.05, missed: 0.05, found5: 0.95, found10: 0.999, seconds10: 60},
	"crowded": {alarms: 0.05, missed: 0.055, found5: 0.85, found10: 0.999, seconds10: 60},
}

// The gate must err as rarely as promised with every budget, even with few
// sessions: also if starts change the gain by 3% or 5% (standard deviations), and
// the noise of sessions is unequal.
func TestGateErrsAsPromisedAtEveryBudget(t *testing.T) {
	g, err := stats.NewGate(looks, 0.05, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	runs := runs(runsOfTable)
	for _, kind := range kinds(t) {
		from := centred(recordings(t, kind))
		for _, quads := range []int{3, 6, 13} { // budgets of about 30, 60 and 120 s
			for _, starts := range []float64{0, 0.03, 0.05} {
				var none, five tally
				for seed := range runs {
					r := rand.New(rand.NewPCG(uint64(seed), 2026))
					same := disturb(r, values(resample(r, from)), starts)
					d, seconds := decideEvery(g, same, quads)
					none.add(d.Verdict, seconds)
					d, seconds = decideEvery(g, shifted(same, math.Log1p(-0.05)), quads)
					five.add(d.Verdict, seconds)
				}
				t.Logf("%-8s %2d quads a look, starts %.0f%%: %.1f%% fail without a loss; %.1f%% pass, %.1f%% fail with one of 5%%", kind, quads, 100*starts,
					100*share(none.fail, runs), 100*share(five.pass, runs), 100*share(five.fail, runs))
				if most := 0.05 + 2*math.Sqrt(0.05*0.95/float64(runs)); share(none.fail, runs) > most || share(five.pass, runs) > most {
					t.Errorf("%s, %d quads a look, starts of %.0f%%: errors in %.1f%% and %.1f%% of runs, want at most 5%%", kind, quads, 100*starts, 100*share(none.fail, runs), 100*share(five.pass, runs))
				}
			}
		}
	}
}

// disturb adds the change of each start to its session, and scales the session's
// noise by a factor with a standard deviation of a half in logarithms.
func disturb(r *rand.Rand, d [][]float64, starts float64) [][]float64 {
	if starts == 0 {
		return d
	}
	out := make([][]float64, len(d))
	for i, s := range d {
		scale, start := math.Exp(r.NormFloat64()/2), starts*r.NormFloat64()
		for _, x := range s {
			out[i] = append(out[i], x*scale+start)
		}
	}
	return out
}

func shifted(d [][]float64, by float64) [][]float64 {
	out := make([][]float64, len(d))
	for i, s := range d {
		for _, x := range s {
			out[i] = append(out[i], x+by)
		}
	}
	return out
}

// TestGateTable prints, with -v, the table of docs/design/sequential-gate.md: the
// verdicts of the gate and of benchstat on the same recorded blocks. It depends
// only on seeds, not on the machine.
func TestGateTable(t *testing.T) {
	runs := runs(runsOfTable)
	for _, kind := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			rows := tabulate(t, centred(recordings(t, kind)), runs)
			t.Logf("%d runs a line\n%s", runs, show(rows))
			goals[kind].check(t, rows[0].gate, rows[2].gate, rows[3].gate)
			if alone := rows[0].afterward; alone.fail <= rows[0].gate.fail {
				t.Errorf("A…A then B…B raised %d false alarms and the gate %d: the recordings have no drift to separate them", alone.fail, rows[0].gate.fail)
			}
		})
	}
}

func (g goal) check(t *testing.T, none, five, ten tally) {
	t.Helper()
	if s := share(none.fail, none.runs); s > g.alarms {
		t.Errorf("false alarms in a share of %v, want at most %v", s, g.alarms)
	}
	if s := share(five.pass, five.runs); s > g.missed {
		t.Errorf("a loss of 5%% passes in a share of %v, want at most %v", s, g.missed)
	}
	if s := share(five.fail, five.runs); s < g.found5 {
		t.Errorf("a loss of 5%% is detected in a share of %v, want at least %v", s, g.found5)
	}
	if s := share(ten.fail, ten.runs); s < g.found10 {
		t.Errorf("a loss of 10%% is detected in a share of %v, want at least %v", s, g.found10)
	}
	if s := ten.seconds / float64(ten.runs); s > g.seconds10 {
		t.Errorf("runs with a loss of 10%% take %.1f s on average, want at most %v", s, g.seconds10)
	}
}
