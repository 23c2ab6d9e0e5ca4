package bench

import "time"

// Progress is how far a run is.
type Progress struct {
	Phase   string        // "capacity", "replay: cgi"
	Detail  string        // what has been found so far, or what goes on: "quad 7, persistent gains 19.8× ± 3.1%"
	Elapsed time.Duration // since the run began
	Left    time.Duration // an upper estimate
	Live    []Live        // per target that is under load or was
}

// Live is a target at this moment.
type Live struct {
	Target string
	Rate   float64       // right answers per second
	P95    time.Duration // 0 when not known
	Errors uint64
}

// A clock estimates how long the parts of a run take at most, for its watcher.
type clock struct {
	began  time.Time
	watch  func(Progress)
	trial  time.Duration // one replay with its preparations
	trials int           // replays to come
	costs  time.Duration // of the measurement of costs, which comes last
	before []Live        // how the replays before went
}

// overhead is about what starting, warming and draining adds to a replay.
const overhead = 2 * time.Second

func newClock(p *Plan) *clock {
	c := &clock{began: time.Now(), watch: p.Watch, costs: p.costsLength()}
	if d := p.Settings.Replay.Duration(); d > 0 {
		c.trial, c.trials = d+overhead, len(p.Candidates)
	}
	return c
}

// report reports a phase that ends in left, of which what follows is added.
func (c *clock) report(phase, detail string, left time.Duration, live []Live) {
	if c.watch == nil {
		return
	}
	left += time.Duration(c.trials)*c.trial + c.costs
	c.watch(Progress{Phase: phase, Detail: detail, Elapsed: time.Since(c.began), Left: max(left, 0), Live: live})
}
