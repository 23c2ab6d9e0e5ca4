package bench

import (
	"context"
	"math"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
)

// level is the confidence level of the interval of a gain.
const level = 0.95

// sessionTime is the approximate length of a session of a capacity measurement, including the
// start of all targets. Shorter sessions would spend their time on starting; longer ones
// would be fewer.
const sessionTime = 6 * time.Second

// A capacity is the capacity measurement of a run. All targets are up and take turns, in
// sessions: before each, all are started again, in an order that alternates. The sessions are
// spread over the run, before, between and after the replays, since a machine's speed changes
// from one half minute to the next. The whole budget is used: a measurement that stopped at a
// narrow interval would prefer intervals that are narrow by chance. See
// docs/design/intervals.md.
type capacity struct {
	plan     *Plan
	requests *load.Requests
	clock    *clock
	began    time.Time     // start of the run
	parts    int           // number of parts of the budget
	part     int           // number of the current one
	spent    time.Duration // in the previous parts
	users    int           // at once
	restart  time.Duration // approximate time of a session before its first round
	round    time.Duration // approximate time of a quad of each candidate
	turns    []turn        // of the last session, by instance
	sessions int
	quads    []result.Quad
	excluded int // quads without a value, since a side completed nothing
	totals   map[string]*total
	faults   result.Faults
	span     span // other load on the machine during the measurement
	strays   strays
	gains    map[string]estimate // cache, by candidate
}

func newCapacity(p *Plan, clock *clock, requests *load.Requests) *capacity {
	c := &capacity{plan: p, requests: requests, clock: clock, began: time.Now(), parts: 1, totals: newTotals(p.Candidates), faults: result.Faults{}, strays: strays{}, gains: map[string]estimate{}}
	if len(p.Settings.Replay.Stages) > 0 {
		c.parts += len(p.Candidates)
	}
	return c
}

// measure measures for the next part of the budget, and updates the result.
func (c *capacity) measure(ctx context.Context, r *result.Result) error {
	began := time.Now()
	allowed := c.plan.Settings.Capacity.Budget*time.Duration(c.part+1)/time.Duration(c.parts) - c.spent
	err := c.sessionsFor(ctx, allowed)
	c.part++
	c.spent += time.Since(began)
	r.Capacity = c.result()
	c.addDatabase(r)
	return err
}

// sessionsFor measures sessions of equal length until the time is used. The first part has at
// least one session; the others add one if half of it still fits.
func (c *capacity) sessionsFor(ctx context.Context, allowed time.Duration) error {
	end := time.Now().Add(allowed)
	least := (c.restart + c.round) / 2
	for ; c.sessions == 0 || time.Until(end) >= least; least = c.restart + c.round {
		left := time.Until(end)
		about := max(sessionTime, c.restart+2*c.round)
		count := max(1, (left+about/2)/about)
		if err := c.session(ctx, left/count, end); err != nil {
			return err
		}
	}
	return nil
}

// session starts all targets and measures rounds for about this length.
func (c *capacity) session(ctx context.Context, length time.Duration, end time.Time) error {
	began := time.Now()
	return c.plan.startAll(ctx, c.sessions%2 == 1, func(ctx context.Context, instances []*instance.Instance) error {
		defer c.strays.find(c.plan.Environment.TargetCPUs, instances...)
		if err := c.rounds(ctx, c.newSession(instances, end), began, length); err != nil {
			return err
		}
		return c.countSession(ctx, instances)
	})
}

// newSession prepares the turns of instances.
func (c *capacity) newSession(instances []*instance.Instance, end time.Time) *session {
	t := newSession(c.plan, c.requests, instances, c.totals)
	t.began, t.faults, t.users = c.began, c.faults, c.users
	t.report = func() {
		left := c.plan.Settings.Capacity.Budget * time.Duration(c.parts-c.part-1) / time.Duration(c.parts)
		c.clock.report("capacity", c.soFar(), max(0, time.Until(end))+left, t.live())
	}
	return t
}

// rounds measures at least one round, until the session has about this length.
func (c *capacity) rounds(ctx context.Context, t *session, began time.Time, length time.Duration) error {
	if err := t.settle(ctx, length-time.Since(began), c.plan.Settings.Capacity.Budget-c.spent); err != nil {
		return err
	}
	c.users, c.turns, c.restart = t.users, t.turns, time.Since(began)
	before := t.read()
	defer func() { c.span.add(before, t.read()) }()
	c.sessions++
	for {
		start := time.Now()
		if err := c.measureRound(ctx, t); err != nil {
			return err
		}
		c.round = time.Since(start)
		if time.Since(began)+c.round/2 > length {
			return nil
		}
	}
}

// measureRound measures a quad of each candidate, or turns of the baseline if there is no
// candidate.
func (c *capacity) measureRound(ctx context.Context, t *session) error {
	if len(t.instances) == 1 {
		o := t.wholeMix()
		for range 4 * o.times {
			if _, err := t.block(ctx, 0, o); err != nil {
				return err
			}
		}
		return nil
	}
	for candidate := range t.instances[1:] {
		q, err := t.quad(ctx, candidate+1, t.wholeMix())
		if err != nil {
			return err
		}
		if q.Session = c.sessions - 1; math.IsNaN(q.Value()) {
			c.excluded++
			continue
		}
		c.quads = append(c.quads, q)
	}
	return nil
}

// estimate returns the gain of a candidate so far.
func (c *capacity) estimate(candidate string) stats.Gain {
	quads := result.QuadsOf(c.quads, candidate)
	if e, known := c.gains[candidate]; known && e.quads == len(quads) {
		return e.Gain
	}
	c.gains[candidate] = estimate{stats.EstimateSessions(result.SeriesOf(quads), level), len(quads)}
	return c.gains[candidate].Gain
}

// An estimate is a gain and the number of its quads.
type estimate struct {
	stats.Gain
	quads int
}
