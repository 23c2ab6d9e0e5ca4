package bench

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/stats"
)

// result is what was found so far.
func (c *contest) result() *Capacity {
	out := &Capacity{
		Users: c.plan.Scenario.Capacity.Users, BlockSeconds: c.turn.length.Seconds(), Seconds: time.Since(c.began).Seconds(),
		Throughput: map[string]Throughput{}, Quads: c.quads, Void: c.void,
	}
	for name, t := range c.totals {
		if t.blocks > 0 {
			out.Throughput[name] = t.throughput()
		}
	}
	var gains []Gain
	for _, e := range c.entrants[1:] {
		if d := c.values(e.name); len(d) >= 2 {
			gains = append(gains, newGain(c.entrants[0].name, e.name, c.estimate(e.name)))
		}
	}
	if len(gains) == 0 {
		return out
	}
	out.Gain = &gains[0]
	if len(c.entrants) > 2 {
		out.Gains = map[string]Gain{}
		for _, g := range gains {
			out.Gains[g.Candidate] = g
		}
	}
	return out
}

func newGain(baseline, candidate string, g stats.Gain) Gain {
	t, w := g.Interval.Ratios(), g.Wilcoxon.Ratios()
	return Gain{
		Baseline: baseline, Candidate: candidate, Ratio: g.Ratio(), Low: t.Low, High: t.High, Level: g.Level, Quads: g.N, Merged: g.Merged,
		ACF1: g.ACF1, Wilcoxon: [2]Float{Float(w.Low), Float(w.High)}, MDE: math.Expm1(g.MDE),
	}
}

// A total is all blocks of a target together, and the last of them.
type total struct {
	blocks       int
	hits, errors uint64
	length       time.Duration
	latency      *load.Histogram
	last         load.Block
	connections  load.Connections
}

func (t *total) add(b load.Block) {
	t.blocks++
	t.hits, t.errors, t.length = t.hits+b.Hits, t.errors+b.Errors, t.length+b.Length
	t.latency.Merge(b.Latency)
	t.last = b
	t.connections.Add(b.Connections)
}

func (t *total) throughput() Throughput {
	return Throughput{RPS: float64(t.hits) / t.length.Seconds(), Hits: t.hits, Errors: t.errors, Latency: whole(t.latency), Connections: newConnections(t.connections)}
}

// A SilentError says that a target under load gave no right answer at all.
type SilentError struct {
	Target string
	Length time.Duration // of the load
	Faults map[string]Fault
}

func (e *SilentError) Error() string {
	text := fmt.Sprintf("target %s gave no right answer in %v of load", e.Target, e.Length)
	for _, kind := range slices.Sorted(maps.Keys(e.Faults)) {
		text += fmt.Sprintf("\n    %d times %s: %s", e.Faults[kind].Count, kind, e.Faults[kind].Example)
	}
	return text
}

// values are the quads of one candidate.
func (c *contest) values(candidate string) []float64 {
	var d []float64
	for _, q := range c.quads {
		if q.Candidate == candidate {
			d = append(d, q.D)
		}
	}
	return d
}

func (c *contest) estimate(candidate string) stats.Gain {
	d := c.values(candidate)
	if g, known := c.gains[candidate]; known && g.N == len(d) {
		return g
	}
	g := stats.Estimate(d, level)
	c.gains[candidate] = g
	return g
}

// live is how each target did in its last block.
func (c *contest) live() []Live {
	live := make([]Live, len(c.entrants))
	for i, e := range c.entrants {
		live[i] = Live{Target: e.name}
		if t := c.totals[e.name]; t.blocks > 0 {
			b := t.last
			live[i].Rate, live[i].P95, live[i].Errors = rate(b), b.Latency.Quantile(0.95), b.Errors
		}
	}
	return live
}

// soFar says what was found until now.
func (c *contest) soFar() string {
	if len(c.quads) < 2 {
		return "first blocks"
	}
	name := c.entrants[1].name
	g := c.estimate(name)
	return fmt.Sprintf("quad %d, %s gains %s× ± %s", g.N, name, times(g.Ratio()), percent(g.HalfWidth()))
}
