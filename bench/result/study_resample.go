package result

import (
	"math"
	"math/rand/v2"

	"github.com/classibench/classibench/bench/stats"
)

// resamples is the number of runs drawn for each loss.
const resamples = 2000

// leastPool is the least number of sessions to draw from: with fewer, runs repeat each
// other.
const leastPool = 5

// Resample estimates the outcomes of the gate for losses on the noise of this
// machine, from many more runs than can be measured. It draws sessions of the runs
// without a loss, with replacement, and slows the candidate down by the loss. The
// sessions are centred first: their common gain or loss is chance, and would be a gain
// or a loss in every drawn run (Hall and Wilson, Biometrics 47, 1991). Each run chooses
// at random which of the two equal servers is the candidate. The estimate holds for the
// noise of the measured sessions only. Resample returns no rows if there are too few
// sessions.
func (s *Study) Resample(losses ...float64) []StudyRow {
	p := s.pool()
	if len(p.sessions) < leastPool {
		return nil
	}
	rule, err := stats.NewGate(p.looks, p.alpha, s.MaxLoss)
	if err != nil {
		return nil
	}
	r := rand.New(rand.NewPCG(uint64(len(p.sessions)), 2026))
	var rows []StudyRow
	for _, loss := range losses {
		row := StudyRow{Planted: loss}
		for range resamples {
			row.add(p.run(r, rule, loss, s.Budget))
		}
		row.finish()
		rows = append(rows, row)
	}
	return rows
}

// A pool holds the sessions that runs are drawn from.
type pool struct {
	sessions     [][]float64
	looks, quads int // looks at most; quads from one look to the next
	alpha        float64
	centre       float64 // mean of all values
	seconds      float64 // of a quad, with its share of routes and restarts
}

func (s *Study) pool() (p pool) {
	seconds, sum, n := 0.0, 0.0, 0.0
	for _, r := range s.Runs {
		if !r.Valid || r.Planted != 0 {
			continue
		}
		p.looks, p.quads, p.alpha = r.Looks, r.Quads, r.Alpha
		for _, d := range r.Values {
			if len(d) > 1 {
				p.sessions = append(p.sessions, d)
			}
			for _, x := range d {
				sum, n = sum+x, n+1
			}
		}
		seconds += r.Seconds
	}
	p.seconds, p.centre = seconds/n, sum/n
	return p
}

// run draws a run and decides it like the gate.
func (p pool) run(r *rand.Rand, rule stats.Gate, loss, budget float64) StudyRun {
	all := max(1, int(budget/p.seconds))
	if p.quads > LeastLook { // otherwise the budget may be too short for all looks
		all = max(all, p.looks*p.quads)
	}
	d := p.draw(r, loss, all)
	for look := 1; ; look++ {
		n := look * p.quads
		if look >= p.looks || n >= all {
			look, n = p.looks, all
		}
		got := rule.Decide(look, firstOf(d, n))
		if got.Stop {
			c := Check{Ratio: Float(math.Exp(got.Estimate)), MDE: Float(got.Detectable())}
			return StudyRun{Planted: loss, Valid: true, Seconds: float64(n) * p.seconds, Outcome: Outcome(got.Verdict), Check: c}
		}
	}
}

// draw draws sessions until they have at least so many quads.
func (p pool) draw(r *rand.Rand, loss float64, quads int) [][]float64 {
	side := float64(1 - 2*r.IntN(2))
	var run [][]float64
	for n := 0; n < quads; {
		from := p.sessions[r.IntN(len(p.sessions))]
		d := make([]float64, len(from))
		for i, x := range from {
			d[i] = side*(x-p.centre) + math.Log1p(-loss)
		}
		n += len(d)
		run = append(run, d)
	}
	return run
}
