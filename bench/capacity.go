package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

const (
	discard   = 100 * time.Millisecond // after a switch: the other side's tail
	enough    = 200                    // completions in a block of the slow side
	longest   = 5 * time.Second        // of a block
	leastQuad = 8                      // quads before the interval may stop the measurement
	level     = 0.95
)

// A contest is a capacity measurement under way.
type contest struct {
	plan     *Plan
	clock    *clock
	requests *load.Requests
	entrants []*entrant // the baseline first
	length   time.Duration
	began    time.Time
	settled  time.Time // when what counts began
	quads    []Quad
	void     int // quads in a block of which nothing was completed: they have no value
	blocks   map[string][]load.Block
	busiest  float64 // share of its cores that the generator used, at most in a block
	before   reading // of the machine and all trees
	after    reading
}

// capacity measures in a closed loop how many requests a second each contender
// carries, in quads of blocks A B B A with all of them up: whatever slows the
// machine for longer than a few seconds slows both sides of a quad.
func (p *Plan) capacity(ctx context.Context, clock *clock, requests *load.Requests, r *Result) (err error) {
	entrants, err := enterAll(ctx, p.Contenders, load.Options{Timeout: p.Scenario.Replay.Timeout})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leaveAll(entrants)) }()
	guarded, release := guard(ctx, entrants...)
	defer release()
	c := &contest{plan: p, clock: clock, requests: requests, entrants: entrants, blocks: map[string][]load.Block{}}
	err = c.run(guarded)
	r.Capacity = c.result()
	r.Warnings = append(r.Warnings, c.warnings(r.Capacity)...)
	if err != nil && context.Cause(guarded) != nil {
		return context.Cause(guarded)
	}
	return err
}

// run takes turns until the interval is narrow enough or the time is up.
func (c *contest) run(ctx context.Context) error {
	c.began = time.Now()
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
	if len(c.entrants) == 1 {
		_, err := c.block(ctx, c.entrants[0])
		return err
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
		if err != nil {
			return reading{}
		}
		r.tree.CPU += u.CPU
	}
	return r
}

// settle warms everybody up and finds the length of a block: long enough for
// the slowest to complete a number of requests that tells.
func (c *contest) settle(ctx context.Context) error {
	c.length = c.plan.Scenario.Capacity.Block
	slowest := math.Inf(1)
	for _, e := range c.entrants {
		if _, err := c.saturate(ctx, e, warmth); err != nil {
			return err
		}
		b, err := c.saturate(ctx, e, c.length)
		if err != nil {
			return err
		}
		if b.Hits == 0 {
			return &SilentError{Target: e.name, Length: b.Length, Faults: faults(b.Faults)}
		}
		slowest = min(slowest, rate(b))
	}
	c.settled = time.Now()
	c.length = blockLength(c.length, c.plan.Scenario.Capacity.Budget-time.Since(c.began), len(c.entrants)-1, slowest)
	return nil
}

// blockLength lengthens blocks until the slow side completes enough in each, but
// not so far that too few quads fit into the time that is left.
func blockLength(asked, left time.Duration, candidates int, slowest float64) time.Duration {
	wanted := min(time.Duration(enough/slowest*float64(time.Second)), longest)
	fits := left/time.Duration(4*leastQuad*max(1, candidates)) - discard
	return max(asked, min(wanted, fits))
}

func rate(b load.Block) float64 { return float64(b.Hits) / b.Length.Seconds() }

// saturate keeps one entrant busy.
func (c *contest) saturate(ctx context.Context, e *entrant, length time.Duration) (load.Block, error) {
	b, err := e.client.Saturate(ctx, c.requests, e.next, c.plan.Scenario.Capacity.Users, discard, length)
	e.next += b.Sent
	if err != nil {
		return b, fmt.Errorf("keep %s busy: %w", e.name, err)
	}
	return b, ctx.Err()
}

// quad measures the baseline and one candidate in the order A B B A, so that a
// steady drift of the machine's speed cancels out.
func (c *contest) quad(ctx context.Context, candidate *entrant) error {
	a, b := c.entrants[0], candidate
	at := time.Since(c.began).Seconds()
	var blocks [4]Block
	for i, e := range []*entrant{a, b, b, a} {
		block, err := c.block(ctx, e)
		if err != nil {
			return err
		}
		blocks[i] = block
	}
	if d := quadValue(blocks); math.IsNaN(d) {
		c.void++
	} else {
		c.quads = append(c.quads, Quad{Candidate: candidate.name, At: at, Blocks: blocks[:], D: d})
	}
	return nil
}

// quadValue is the logarithm of the gain in one quad: the mean over its two
// pairs; NaN if a block completed nothing.
func quadValue(b [4]Block) float64 {
	x := func(i int) float64 { return float64(b[i].Hits) / b[i].Seconds }
	return stats.Quad(x(0), x(1), x(2), x(3))
}

// block measures one block, with the CPU that the target's tree and the
// generator used in it.
func (c *contest) block(ctx context.Context, e *entrant) (Block, error) {
	before, err := e.cpu()
	if err != nil {
		return Block{}, err
	}
	own := usage.Self()
	b, err := c.saturate(ctx, e, c.length)
	if err != nil {
		return Block{}, err
	}
	took := b.Whole.Seconds()
	c.busiest = max(c.busiest, (usage.Self()-own).Seconds()/took/float64(c.plan.Environment.generatorCores()))
	after, err := e.cpu()
	if err != nil {
		return Block{}, err
	}
	c.blocks[e.name] = append(c.blocks[e.name], b)
	c.tell()
	return Block{
		Target: e.name, Hits: b.Hits, Errors: b.Errors, Seconds: b.Length.Seconds(),
		CPU: (after - before).Seconds() * b.Length.Seconds() / took,
	}, nil
}

// done reports whether the gain is known well enough, or the time is up.
func (c *contest) done() bool {
	want := c.plan.Scenario.Capacity
	round := time.Since(c.settled) * time.Duration(len(c.entrants)-1) / time.Duration(max(1, len(c.quads)))
	if time.Since(c.began)+round > want.Budget {
		return true
	}
	if len(c.entrants) == 1 {
		return len(c.blocks[c.entrants[0].name]) >= leastQuad
	}
	for _, e := range c.entrants[1:] {
		g := c.estimate(e.name)
		if g.N < leastQuad || g.HalfWidth() > want.Within {
			return false
		}
	}
	return true
}
