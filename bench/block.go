package bench

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

// A course is what a quad consists of.
type course struct {
	requests *load.Requests
	turns    []turn // of each entrant
	times    int    // how often A B B A
	partial  bool   // a part of the mix only: it does not count as the target's throughput
}

// quadTime is about how long a quad takes at least.
const quadTime = 800 * time.Millisecond

// A turn is how long a side is kept busy: what is left out at first, and what
// counts.
type turn struct{ lead, length time.Duration }

// turnOf is a turn that counts for so long. A quarter of that is left out before, for
// what the other side leaves behind: a collection of garbage, cold caches.
func turnOf(length time.Duration) turn {
	return turn{min(max(length/4, 10*time.Millisecond), 100*time.Millisecond), length}
}

// mostLead is the most that is left out at the beginning of a turn.
const mostLead = time.Second

// after is the turn with at least so much left out: the time in which users who all
// begin at once come to be where slow answers keep them.
func (t turn) after(slow time.Duration) turn {
	t.lead = max(t.lead, min(slow, mostLead))
	t.length = max(t.length, t.lead)
	return t
}

// course is the whole mix.
func (c *contest) course() course {
	return course{requests: c.requests, turns: c.turns, times: timesOf(c.turns)}
}

// timesOf is how often A B B A is repeated for a quad.
func timesOf(turns []turn) int {
	once := time.Duration(0)
	for _, t := range turns {
		once += 4 * (t.lead + t.length) / time.Duration(len(turns))
	}
	return max(1, int((quadTime+once/2)/once))
}

// tellPause is the least time between two reports of progress: blocks may be
// much shorter.
const tellPause = 200 * time.Millisecond

// saturate keeps entrant i busy with so many users.
func (c *contest) saturate(ctx context.Context, i int, requests *load.Requests, users int, t turn) (load.Block, error) {
	e := c.entrants[i]
	b, err := e.client.Saturate(ctx, requests, e.next, users, t.lead, t.length)
	e.next += b.Sent
	if err != nil {
		return b, fmt.Errorf("keep %s busy: %w", e.name, err)
	}
	return b, ctx.Err()
}

// quad measures the baseline and one candidate in the order A B B A, so that
// a steady drift of the machine's speed cancels out; again and again, where turns
// are short, until each of the four has its time.
func (c *contest) quad(ctx context.Context, candidate int, o course) (Quad, error) {
	q := Quad{Candidate: c.entrants[candidate].name, At: time.Since(c.began).Seconds(), Blocks: make([]Block, 4)}
	for range o.times {
		for place, i := range []int{0, candidate, candidate, 0} {
			block, err := c.block(ctx, i, o)
			if err != nil {
				return q, err
			}
			q.Blocks[place].add(block)
		}
	}
	q.D = q.value()
	return q, nil
}

// add adds another turn of the same target.
func (b *Block) add(turn Block) {
	whole := b.Seconds + turn.Seconds
	if whole > 0 {
		b.Generator = (b.Generator*b.Seconds + turn.Generator*turn.Seconds) / whole
	}
	b.Target, b.Seconds = turn.Target, whole
	b.Hits, b.Errors, b.CPU = b.Hits+turn.Hits, b.Errors+turn.Errors, b.CPU+turn.CPU
	b.Turns, b.Drain = b.Turns+turn.Turns, b.Drain+turn.Drain
	b.Processes, b.Threads = max(b.Processes, turn.Processes), max(b.Threads, turn.Threads)
	b.SingleThreaded = max(b.SingleThreaded, turn.SingleThreaded)
}

// rate is right answers a second.
func (b Block) rate() float64 { return float64(b.Hits) / b.Seconds }

// Totals are all blocks of some quads, added up for each target.
func Totals(quads []Quad) map[string]Block {
	totals := map[string]Block{}
	for _, q := range quads {
		for _, b := range q.Blocks {
			sum := totals[b.Target]
			sum.add(b)
			totals[b.Target] = sum
		}
	}
	return totals
}

// halves are the logarithms of the gain in A B and in B A.
func (q Quad) halves() (d [2]float64) {
	if len(q.Blocks) == 4 {
		a, b, c, e := q.Blocks[0], q.Blocks[1], q.Blocks[2], q.Blocks[3]
		d[0], d[1] = math.Log(b.rate()/a.rate()), math.Log(c.rate()/e.rate())
	}
	return d
}

// seconds is the time that counts in a quad.
func (q Quad) seconds() (sum float64) {
	for _, b := range q.Blocks {
		sum += b.Seconds
	}
	return sum
}

// value is the logarithm of the gain in the quad; NaN if a side completed nothing.
func (q Quad) value() float64 {
	var hits, seconds [4]float64
	for i, b := range q.Blocks[:min(4, len(q.Blocks))] {
		hits[i], seconds[i] = float64(b.Hits), b.Seconds
	}
	return stats.Quad(hits, seconds)
}

// block measures one turn, with the CPU that the target's tree and the
// generator used in it.
func (c *contest) block(ctx context.Context, i int, o course) (Block, error) {
	e := c.entrants[i]
	before, err := e.used()
	if err != nil {
		return Block{}, err
	}
	own := usage.Self()
	b, err := c.saturate(ctx, i, o.requests, c.users, o.turns[i])
	if err != nil {
		return Block{}, err
	}
	took := b.Whole.Seconds()
	busy := (usage.Self() - own).Seconds() / took / float64(c.plan.Environment.generatorCores())
	after, err := e.used()
	if err != nil {
		return Block{}, err
	}
	c.faults.add(e.name, faults(b.Faults))
	if !o.partial {
		c.totals[e.name].add(b)
	}
	if time.Since(c.told) > tellPause {
		c.told = time.Now()
		c.tell()
	}
	return Block{
		Target: e.name, Hits: b.Hits, Errors: b.Errors, Seconds: b.Length.Seconds(),
		CPU: (after.CPU - before.CPU).Seconds() * b.Length.Seconds() / took, Generator: busy, Turns: 1, Drain: b.Drain.Seconds(),
		Processes: after.Alive, Threads: after.Threads, SingleThreaded: after.Single,
	}, nil
}

func rate(b load.Block) float64 { return float64(b.Hits) / b.Length.Seconds() }
