package bench

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/usage"
)

// A contest is a session: entrants that are up and take turns.
type contest struct {
	plan     *Plan
	tell     func() // that a turn was measured
	requests *load.Requests
	entrants []*entrant // the baseline first
	users    int        // at once; 0 until settled
	turns    []turn     // of each entrant
	began    time.Time  // of the run
	totals   map[string]*total
	faults   Faults
	told     time.Time // when progress was last reported
}

func newContest(p *Plan, requests *load.Requests, entrants []*entrant, totals map[string]*total) *contest {
	return &contest{plan: p, requests: requests, entrants: entrants, began: time.Now(), totals: totals, faults: Faults{}}
}

// look reads the machine and what all entrants used together. Where neither can
// be read, nothing is known, and no warning is made of it.
func (c *contest) look() reading {
	r := reading{self: usage.Self()}
	r.machine, _ = usage.ReadMachine()
	for _, e := range c.entrants {
		u, err := usage.Read(e.running.Roots()...)
		if err != nil || !e.watched() {
			return reading{}
		}
		r.tree.CPU += u.CPU
	}
	return r
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

// newTotals are the totals of all contenders, of nothing yet.
func newTotals(all []Contender) map[string]*total {
	totals := map[string]*total{}
	for _, c := range all {
		totals[c.Name] = &total{latency: load.NewHistogram()}
	}
	return totals
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
		text += fmt.Sprintf("\n    %s %s: %s", counted(e.Faults[kind].Count, "time"), kind, e.Faults[kind].Example)
	}
	return text
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
