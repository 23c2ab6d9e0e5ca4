package reports

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/stats"
)

// A progress is what a gate knew after each quad. The abscissas are the numbers
// of quads, from 1.
type progress struct {
	sessions  plotter.XYs // the ratio in each session by itself, in its middle
	estimate  plotter.XYs
	low, high plotter.XYs // the bounds at the look that was next
	looks     []int       // where in the three above there was one
}

// Below the first number of quads, bounds say nothing; more than the second are
// more than a picture can show, and than any budget has room for.
const (
	leastKnown = 3
	mostShown  = 1000
)

// gateProgress lets the gate look after each quad instead of after every few.
func gateProgress(g *bench.Gate) (p progress) {
	rule, err := stats.NewGate(g.Looks, g.Alpha, g.MaxLoss)
	if err != nil || g.Quads < 1 {
		return p
	}
	var sessions [][]float64
	n, last := 0, min(gateQuads(g), mostShown)
	for _, s := range g.Sessions {
		sessions = append(sessions, nil)
		for _, q := range s.Quads[:min(len(s.Quads), last-n)] {
			n++
			sessions[len(sessions)-1] = append(sessions[len(sessions)-1], q.D)
			look := min((n+g.Quads-1)/g.Quads, g.Looks)
			looked := n%g.Quads == 0 && n/g.Quads < g.Looks
			if g.Spent && n == gateQuads(g) {
				look, looked = g.Looks, true
			}
			if n >= leastKnown {
				p.add(n, rule.Decide(look, sessions), looked)
			}
		}
		p.session(n, sessions[len(sessions)-1])
	}
	return p
}

// session keeps the mean of a session that ended after n quads.
func (p *progress) session(n int, d []float64) {
	if len(d) > 0 {
		middle := float64(n) - float64(len(d)-1)/2
		p.sessions = append(p.sessions, plotter.XY{X: middle, Y: ratio(math.Exp(stat.Mean(d, nil)))})
	}
}

// add keeps what was decided after a quad.
func (p *progress) add(n int, d stats.Decision, looked bool) {
	if looked {
		p.looks = append(p.looks, len(p.estimate))
	}
	for _, to := range []struct {
		points *plotter.XYs
		y      float64
	}{{&p.estimate, d.Estimate}, {&p.low, d.Interval.Low}, {&p.high, d.Interval.High}} {
		*to.points = append(*to.points, plotter.XY{X: float64(n), Y: ratio(math.Exp(to.y))})
	}
}
