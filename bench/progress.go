package bench

import "time"

// Progress is the progress of a run.
type Progress struct {
	Phase   string        // "capacity", "replay: cgi"
	Detail  string        // the result so far, or the current step: "quad 7, persistent gains 19.8× ± 3.1%"
	Elapsed time.Duration // since the run began
	Left    time.Duration // an upper estimate
	Live    []Live        // of each target that is or was under load
}

// Live is the current performance of a target.
type Live struct {
	Target string
	Rate   float64       // right answers per second
	P95    time.Duration // 0 when not known
	Errors uint64
}

// A clock estimates the longest remaining time of a run, for its watcher.
type clock struct {
	began  time.Time
	watch  func(Progress)
	trial  time.Duration // one replay with its preparations
	trials int           // remaining replays
	costs  time.Duration // of the measurement of costs, which comes last
	limits time.Duration // of the search for limits, after the current trial
	before []Live        // results of the previous replays
}

// overhead is the approximate time that starting, warming up and draining add to a replay.
const overhead = 2 * time.Second

func newClock(p *Plan) *clock {
	c := &clock{began: time.Now(), watch: p.Watch, costs: p.costsLength(), limits: p.Settings.Limits}
	if d := p.Settings.Replay.Duration(); d > 0 {
		c.trial, c.trials = d+overhead, len(p.Candidates)
	}
	return c
}

// report reports a phase that ends in left, and adds the time of the phases that follow.
func (c *clock) report(phase, detail string, left time.Duration, live []Live) {
	if c.watch == nil {
		return
	}
	left += time.Duration(c.trials)*c.trial + c.costs + c.limits
	c.watch(Progress{Phase: phase, Detail: detail, Elapsed: time.Since(c.began), Left: max(left, 0), Live: live})
}
