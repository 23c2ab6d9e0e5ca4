package gate

import (
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/chart"
	"gonum.org/v1/gonum/stat"
)

// A progress is the state of a gate after each quad. The x values are the numbers of
// quads, from 1.
type progress struct {
	sessions  chart.Points // the ratio in each session alone, at its middle
	estimate  chart.Points
	low, high chart.Points // the bounds that the next look would set
	looks     []int        // indexes of the looks in the three above
}

// Below the first number of quads, bounds are useless. The second is more than a plot can
// show, and more than any budget allows.
const (
	leastKnown = 3
	mostShown  = 1000
)

// progressOf evaluates the gate after each quad, not only at its looks.
func progressOf(g *result.Gate) (p progress) {
	for _, m := range g.Moments(mostShown) {
		if m.Quads >= leastKnown {
			p.add(m)
		}
	}
	n := 0
	for _, s := range g.Sessions {
		d := s.Values()
		d = d[:min(len(d), mostShown-n)]
		n += len(d)
		p.session(n, d)
	}
	return p
}

// session records the mean of a session that ended after n quads.
func (p *progress) session(n int, d []float64) {
	if len(d) > 0 {
		middle := float64(n) - float64(len(d)-1)/2
		p.sessions = append(p.sessions, chart.Point{X: middle, Y: chart.Ratio(math.Exp(stat.Mean(d, nil)))})
	}
}

// add records the state after a quad.
func (p *progress) add(m result.Moment) {
	if m.Looked {
		p.looks = append(p.looks, len(p.estimate))
	}
	for _, to := range []struct {
		points *chart.Points
		y      float64
	}{{&p.estimate, m.Estimate}, {&p.low, m.Interval.Low}, {&p.high, m.Interval.High}} {
		*to.points = append(*to.points, chart.Point{X: float64(m.Quads), Y: chart.Ratio(math.Exp(to.y))})
	}
}
