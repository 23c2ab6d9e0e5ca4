package bench

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/stats"
)

// result is what was found so far.
func (c *capacity) result() *Capacity {
	out := &Capacity{
		Users: c.users, Seconds: c.spent.Seconds(), Sessions: c.sessions,
		Throughput: map[string]Throughput{}, Quads: c.quads, Void: c.void,
	}
	if len(c.turns) > 0 {
		out.BlockSeconds = c.turns[0].length.Seconds()
	}
	for name, t := range c.totals {
		if t.blocks > 0 {
			out.Throughput[name] = t.throughput()
		}
	}
	c.addGains(out)
	return out
}

// addGains adds what is known of the gain of each candidate.
func (c *capacity) addGains(out *Capacity) {
	var gains []Gain
	for _, e := range c.plan.Contenders[1:] {
		if g := c.estimate(e.Name); g.N > 0 {
			gains = append(gains, newGain(c.plan.Contenders[0].Name, e.Name, g, len(of(c.quads, e.Name))))
		}
	}
	if len(gains) == 0 {
		return
	}
	out.Gain = &gains[0]
	if len(c.plan.Contenders) > 2 {
		out.Gains = map[string]Gain{}
		for _, g := range gains {
			out.Gains[g.Candidate] = g
		}
	}
}

func newGain(baseline, candidate string, g stats.Gain, quads int) Gain {
	t, w := g.Interval.Ratios(), g.Wilcoxon.Ratios()
	return Gain{
		Baseline: baseline, Candidate: candidate, Ratio: g.Ratio(), Low: t.Low, High: t.High, Level: g.Level, Quads: quads, Sessions: g.Sessions, DF: Float(g.DF), Drift: g.Drift,
		ACF1: g.ACF1, Wilcoxon: [2]Float{Float(w.Low), Float(w.High)}, MDE: math.Expm1(g.MDE),
	}
}

// soFar says what was found until now.
func (c *capacity) soFar() string {
	if len(c.quads) < 2 {
		return "first turns"
	}
	name := c.plan.Contenders[1].Name
	g := c.estimate(name)
	found := fmt.Sprintf("quad %d of session %d, %s gains %s×", g.N, c.sessions, name, times(g.Ratio()))
	if h := g.HalfWidth(); h < wildest {
		found += " ± " + percent(h)
	}
	return found
}
