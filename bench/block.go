package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

// A course is what a block consists of.
type course struct {
	requests *load.Requests
	lead     time.Duration // discarded, after a switch
	length   time.Duration
	partial  bool // a part of the mix only: it does not count as the target's throughput
}

// course is the whole mix.
func (c *contest) course(length time.Duration) course {
	return course{requests: c.requests, lead: lead(length), length: length}
}

// tellPause is the least time between two reports of progress: blocks may be
// much shorter.
const tellPause = 200 * time.Millisecond

// saturate keeps one entrant busy.
func (c *contest) saturate(ctx context.Context, e *entrant, o course) (load.Block, error) {
	b, err := e.client.Saturate(ctx, o.requests, e.next, c.plan.Scenario.Capacity.Users, o.lead, o.length)
	e.next += b.Sent
	if err != nil {
		return b, fmt.Errorf("keep %s busy: %w", e.name, err)
	}
	return b, ctx.Err()
}

// quadOf measures the baseline and one candidate in the order A B B A, so that
// a steady drift of the machine's speed cancels out.
func (c *contest) quadOf(ctx context.Context, candidate *entrant, o course) (Quad, error) {
	a, b := c.entrants[0], candidate
	q := Quad{Candidate: candidate.name, At: time.Since(c.began).Seconds()}
	for _, e := range []*entrant{a, b, b, a} {
		block, err := c.block(ctx, e, o)
		if err != nil {
			return q, err
		}
		q.Blocks = append(q.Blocks, block)
	}
	q.D = q.value()
	return q, nil
}

// value is the logarithm of the gain in the quad: the mean over its two pairs;
// NaN if a block completed nothing.
func (q Quad) value() float64 {
	x := func(i int) float64 { return float64(q.Blocks[i].Hits) / q.Blocks[i].Seconds }
	return stats.Quad(x(0), x(1), x(2), x(3))
}

// block measures one block, with the CPU that the target's tree and the
// generator used in it.
func (c *contest) block(ctx context.Context, e *entrant, o course) (Block, error) {
	before, err := e.cpu()
	if err != nil {
		return Block{}, err
	}
	own := usage.Self()
	b, err := c.saturate(ctx, e, o)
	if err != nil {
		return Block{}, err
	}
	took := b.Whole.Seconds()
	busy := (usage.Self() - own).Seconds() / took / float64(c.plan.Environment.generatorCores())
	after, err := e.cpu()
	if err != nil {
		return Block{}, err
	}
	if !o.partial {
		c.totals[e.name].add(b)
	}
	if time.Since(c.told) > tellPause {
		c.told = time.Now()
		c.tell()
	}
	return Block{
		Target: e.name, Hits: b.Hits, Errors: b.Errors, Seconds: b.Length.Seconds(),
		CPU: (after - before).Seconds() * b.Length.Seconds() / took, Generator: busy,
	}, nil
}

func rate(b load.Block) float64 { return float64(b.Hits) / b.Length.Seconds() }
