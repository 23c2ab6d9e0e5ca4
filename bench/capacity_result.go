package bench

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// result returns the result so far.
func (c *capacity) result() *result.Capacity {
	out := &result.Capacity{
		Users: c.users, Seconds: c.spent.Seconds(), Sessions: c.sessions,
		Throughput: map[string]result.Throughput{}, Quads: c.quads, Excluded: c.excluded,
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

// addGains adds the gain of each candidate that has one.
func (c *capacity) addGains(out *result.Capacity) {
	var gains []result.Gain
	for _, e := range c.plan.Candidates[1:] {
		if g := c.estimate(e.Name); g.N > 0 {
			gains = append(gains, result.NewGain(c.plan.Candidates[0].Name, e.Name, g, len(result.QuadsOf(c.quads, e.Name))))
		}
	}
	if len(gains) == 0 {
		return
	}
	out.Gain = &gains[0]
	if len(c.plan.Candidates) > 2 {
		out.Gains = map[string]result.Gain{}
		for _, g := range gains {
			out.Gains[g.Candidate] = g
		}
	}
}

// soFar returns the gain so far in words.
func (c *capacity) soFar() string {
	if len(c.quads) < 2 {
		return "first turns"
	}
	name := c.plan.Candidates[1].Name
	g := c.estimate(name)
	found := fmt.Sprintf("quad %d of session %d, %s gains %s", g.N, c.sessions, name, unit.Times(g.Ratio()))
	if h := g.HalfWidth(); h < wildest {
		found += " ± " + unit.Percent(h)
	}
	return found
}
