package bench

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

const (
	enough    = 25              // completions in a block of the slow side
	longest   = 5 * time.Second // of a block
	leastQuad = 8               // quads before the interval may stop the measurement
	level     = 0.95
)

// A contest is a capacity measurement under way.
type contest struct {
	plan     *Plan
	tell     func() // that a block was measured
	requests *load.Requests
	entrants []*entrant // the baseline first
	turn     turn
	budget   time.Duration
	began    time.Time
	settled  time.Time // when what counts began
	quads    []Quad
	rounds   int // of a baseline without any candidate
	void     int // quads in which a side completed nothing: they have no value
	totals   map[string]*total
	faults   Faults
	gains    map[string]stats.Gain // as estimated from the quads that were there then
	told     time.Time             // when progress was last reported
	before   reading               // of the machine and all trees
	after    reading
}

// capacity measures in a closed loop how many requests a second each contender
// carries, in quads of blocks A B B A with all of them up: whatever slows the
// machine for longer than a block slows both sides of a quad.
func (p *Plan) capacity(ctx context.Context, clock *clock, requests *load.Requests, r *Result) (err error) {
	entrants, err := enterAll(ctx, p.Contenders, load.Options{Timeout: p.Scenario.Replay.Timeout})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leaveAll(entrants)) }()
	guarded, release := guard(ctx, entrants...)
	defer release()
	c := newContest(p, requests, entrants)
	c.tell = func() { clock.tell("capacity", c.soFar(), p.Scenario.Capacity.Budget-time.Since(c.began), c.live()) }
	err = c.run(guarded)
	r.Capacity = c.result()
	r.Warnings = append(r.Warnings, c.warnings()...)
	if err != nil && context.Cause(guarded) != nil {
		return context.Cause(guarded)
	}
	return err
}

func newContest(p *Plan, requests *load.Requests, entrants []*entrant) *contest {
	c := &contest{plan: p, requests: requests, entrants: entrants, budget: p.Scenario.Capacity.Budget, began: time.Now(), totals: map[string]*total{}, faults: Faults{}, gains: map[string]stats.Gain{}}
	for _, e := range entrants {
		c.totals[e.name] = &total{latency: load.NewHistogram()}
	}
	return c
}

// run takes turns until the interval is narrow enough or the time is up.
func (c *contest) run(ctx context.Context) error {
	if err := c.settle(ctx); err != nil {
		return err
	}
	c.before = c.look()
	defer func() { c.after = c.look() }()
	for {
		if err := c.round(ctx); err != nil || c.done() {
			return err
		}
	}
}

// round gives each candidate a quad; a baseline without any has blocks of its
// own.
func (c *contest) round(ctx context.Context) error {
	o := c.course(c.turn)
	if len(c.entrants) == 1 {
		for range 4 * o.times {
			if _, err := c.block(ctx, c.entrants[0], o); err != nil {
				return err
			}
		}
		c.rounds++
		return nil
	}
	for _, candidate := range c.entrants[1:] {
		if err := c.quad(ctx, candidate); err != nil {
			return err
		}
	}
	return nil
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

// settle warms everybody up and finds the length of a block: long enough for
// the slowest to complete a number of requests that tells.
func (c *contest) settle(ctx context.Context) error {
	blocks, err := c.warm(ctx)
	if err != nil {
		return err
	}
	slowest, slow := math.Inf(1), time.Duration(0)
	for i, b := range blocks {
		if b.Hits == 0 {
			return c.entrants[i].silence(b)
		}
		slowest, slow = min(slowest, rate(b)), max(slow, slowAnswer(b.Latency))
	}
	c.settled = time.Now()
	want := c.plan.Scenario.Capacity
	wait := time.Duration(float64(want.Users) / slowest * float64(time.Second)) // for what is under way at the end
	length := blockLength(want.Block, (c.budget-time.Since(c.began))/time.Duration(max(1, len(c.entrants)-1))-4*leastQuad*wait, slowest)
	c.turn = turnOf(length).after(slow)
	return nil
}

// slowAnswer is what the slowest answers take, but for those that are too few to
// tell.
func slowAnswer(latency *load.Histogram) time.Duration {
	for _, q := range []float64{0.99, 0.95} {
		if latency.Supports(q) {
			return latency.Quantile(q)
		}
	}
	return latency.Quantile(0.9)
}

// warm keeps each entrant busy for a while, one after the other.
func (c *contest) warm(ctx context.Context) ([]load.Block, error) {
	blocks := make([]load.Block, len(c.entrants))
	for i, e := range c.entrants {
		var err error
		if blocks[i], err = c.saturate(ctx, e, course{requests: c.requests, turn: turnOf(warmth), times: 1}); err != nil {
			return nil, err
		}
	}
	return blocks, nil
}

// blockLength lengthens blocks until the slow side completes enough in each, but
// not so far that too few quads fit into the time that is left for them.
func blockLength(asked, left time.Duration, slowest float64) time.Duration {
	wanted := min(time.Duration(enough/slowest*float64(time.Second)), longest)
	fits := left / (4 * leastQuad) * 4 / 5 // the rest is for what leads
	return max(asked, min(wanted, fits))
}

// quad measures the baseline and one candidate with the whole mix.
func (c *contest) quad(ctx context.Context, candidate *entrant) error {
	q, err := c.quadOf(ctx, candidate, c.course(c.turn))
	if err != nil {
		return err
	}
	if math.IsNaN(q.D) {
		c.void++
		return nil
	}
	c.quads = append(c.quads, q)
	return nil
}

// done reports whether the gain is known well enough, or the time is up.
func (c *contest) done() bool {
	want := c.plan.Scenario.Capacity
	round := time.Since(c.settled) * time.Duration(len(c.entrants)-1) / time.Duration(max(1, len(c.quads)))
	if time.Since(c.began)+round > c.budget {
		return true
	}
	if len(c.entrants) == 1 {
		return c.rounds >= leastQuad
	}
	for _, e := range c.entrants[1:] {
		g := c.estimate(e.name)
		if g.N < leastQuad || g.HalfWidth() > want.Within {
			return false
		}
	}
	return true
}
