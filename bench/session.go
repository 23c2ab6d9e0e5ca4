package bench

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/unit"
)

// A session is a period in which the same instances run and take turns.
type session struct {
	plan      *Plan
	report    func() // called after each turn
	requests  *load.Requests
	instances []*instance.Instance // the baseline first
	users     int                  // at once; 0 until settled
	turns     []turn               // of each instance
	began     time.Time            // start of the run
	totals    map[string]*total
	faults    result.Faults
	reported  time.Time // when progress was last reported
}

func newSession(p *Plan, requests *load.Requests, instances []*instance.Instance, totals map[string]*total) *session {
	return &session{plan: p, requests: requests, instances: instances, began: time.Now(), totals: totals, faults: result.Faults{}}
}

// read reads the counters of the machine and of all instances together. If it fails, the
// reading is empty and causes no warning.
func (c *session) read() reading {
	database, _ := c.plan.databaseCPU() // 0 if it is not known
	r := reading{self: usage.Self() + database}
	r.machine, _ = usage.ReadMachine()
	for _, e := range c.instances {
		u, err := usage.Read(e.Running.Roots()...)
		if err != nil || !e.Watched() {
			return reading{}
		}
		r.tree.CPU += u.CPU
	}
	return r
}

// A total is the sum of all blocks of a target, with the last of them.
type total struct {
	blocks       int
	hits, errors uint64
	length       time.Duration
	latency      *histogram.Histogram
	last         load.Block
	connections  load.Connections
	unreaped     bool // a process ignores the end of its children
	database     databaseTotal
}

// newTotals returns empty totals of all candidates.
func newTotals(all []instance.Candidate) map[string]*total {
	totals := map[string]*total{}
	for _, c := range all {
		totals[c.Name] = &total{latency: histogram.New()}
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

func (t *total) throughput() result.Throughput {
	return result.Throughput{RPS: float64(t.hits) / t.length.Seconds(), Hits: t.hits, Errors: t.errors, Latency: result.SummaryWithHistogram(t.latency), Connections: newConnections(t.connections)}
}

// A SilentError reports a target that gave no right answer under load.
type SilentError struct {
	Target string
	Length time.Duration // of the load
	Faults map[string]result.Fault
}

func (e *SilentError) Error() string {
	text := fmt.Sprintf("target %s gave no right answer in %s of load", e.Target, unit.Seconds(e.Length.Seconds()))
	for _, kind := range slices.Sorted(maps.Keys(e.Faults)) {
		text += fmt.Sprintf("\n    %s %s: %s", unit.Count(e.Faults[kind].Count, "time"), kind, e.Faults[kind].Example)
	}
	return text
}

// live returns the performance of each target in its last block.
func (c *session) live() []Live {
	live := make([]Live, len(c.instances))
	for i, e := range c.instances {
		live[i] = Live{Target: e.Name}
		if t := c.totals[e.Name]; t.blocks > 0 {
			b := t.last
			live[i].Rate, live[i].P95, live[i].Errors = rate(b), b.Latency.Quantile(0.95), b.Errors
		}
	}
	return live
}

func newConnections(c load.Connections) *result.Connections {
	return &result.Connections{Opened: c.Opened, ConnectSeconds: c.Connect.Seconds(), Queued: c.Queued, Closed: c.Closed, Resent: c.Resent, Reopened: c.Reopened, ReopenSeconds: c.Reopening.Seconds(), Yielded: c.Yielded}
}

// silence returns why an instance completed nothing in a block.
func silence(e *instance.Instance, b load.Block) error {
	if death := e.Death(); death != nil {
		return death
	}
	return &SilentError{Target: e.Name, Length: b.Whole.Round(time.Millisecond), Faults: faults(b.Faults)}
}

// warmth is the time for which each instance is kept busy before the measurement, so that
// connections, page cache and statement caches are as warm as in normal operation.
const warmth = 500 * time.Millisecond
