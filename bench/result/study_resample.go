package result

import (
	"math"
	"math/rand/v2"

	"github.com/classibench/classibench/bench/stats"
)

// resamples is how many runs are drawn for each loss.
const resamples = 2000

// leastPool is how many sessions there must be to draw from: fewer repeat each
// other.
const leastPool = 5

// Resample says what the gate would answer to losses on the noise of this
// machine, far more often than anybody can wait for: runs are put together from
// sessions of those in which nothing was lost, drawn with replacement, and slowed
// down by the loss. The sessions are centred first: what they gain or lose together
// is chance, and would be a gain or a loss in every run (Hall and Wilson, Biometrics
// 47, 1991). A coin says for each run which of the two equal servers is the
// candidate. What it says is as good as the sessions that it draws from: it has not
// seen the noise of tomorrow. There are no rows if they are too few.
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

// A pool is what runs are drawn from.
type pool struct {
	sessions     [][]float64
	looks, quads int // at most; from one look to the next
	alpha        float64
	centre       float64 // of all values
	seconds      float64 // that a quad took, with its share of routes and restarts
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

// run draws a run and lets the gate decide.
func (p pool) run(r *rand.Rand, rule stats.Gate, loss, budget float64) StudyRun {
	all := max(1, int(budget/p.seconds))
	if p.quads > LeastLook { // else the budget may have no room for all looks
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

// draw draws sessions until there are so many quads.
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
