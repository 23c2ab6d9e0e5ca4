package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// A quadPlan describes the turns of a quad.
type quadPlan struct {
	requests *load.Requests
	turns    []turn // of each instance
	times    int    // repetitions of A B B A
	partial  bool   // only a part of the mix, which does not count as the target's throughput
}

// quadTime is the approximate least time of a quad.
const quadTime = 800 * time.Millisecond

// A turn is the time for which a side is kept busy: first a warm-up, then the length that
// counts.
type turn struct{ warmUp, length time.Duration }

// turnOf returns a turn of this length, after a warm-up of a quarter of it. The warm-up
// excludes the effects of the other side's turn: garbage collection, cold caches.
func turnOf(length time.Duration) turn {
	return turn{min(max(length/4, 10*time.Millisecond), 100*time.Millisecond), length}
}

// maxWarmUp limits the warm-up.
const maxWarmUp = time.Second

// after returns the turn with a warm-up of at least slow: users who all begin at once need
// the time of a slow answer to spread out.
func (t turn) after(slow time.Duration) turn {
	t.warmUp = max(t.warmUp, min(slow, maxWarmUp))
	t.length = max(t.length, t.warmUp)
	return t
}

// wholeMix plans a quad of all routes.
func (c *session) wholeMix() quadPlan {
	return quadPlan{requests: c.requests, turns: c.turns, times: timesOf(c.turns)}
}

// timesOf returns the repetitions of A B B A in a quad.
func timesOf(turns []turn) int {
	once := time.Duration(0)
	for _, t := range turns {
		once += 4 * (t.warmUp + t.length) / time.Duration(len(turns))
	}
	return max(1, int((quadTime+once/2)/once))
}

// reportPause is the least time between two reports of progress: blocks may be
// much shorter.
const reportPause = 200 * time.Millisecond

// saturate keeps instance i busy with this number of users.
func (c *session) saturate(ctx context.Context, i int, requests *load.Requests, users int, t turn) (load.Block, error) {
	e := c.instances[i]
	b, err := e.Client.Saturate(ctx, requests, e.Next, users, t.warmUp, t.length)
	e.Next += b.Sent
	if err != nil {
		return b, fmt.Errorf("keep %s busy: %w", e.Name, err)
	}
	return b, ctx.Err()
}

// quad measures the baseline and one candidate in the order A B B A, so that a steady drift
// of the machine's speed cancels out. It repeats short turns until each of the four has its
// time.
func (c *session) quad(ctx context.Context, candidate int, o quadPlan) (result.Quad, error) {
	q := result.Quad{Candidate: c.instances[candidate].Name, At: time.Since(c.began).Seconds(), Blocks: make([]result.Block, 4)}
	for range o.times {
		for place, i := range []int{0, candidate, candidate, 0} {
			block, err := c.block(ctx, i, o)
			if err != nil {
				return q, err
			}
			q.Blocks[place].Add(block)
		}
	}
	return q, nil
}

// block measures one turn, with the CPU that the target's tree and the
// generator used in it.
func (c *session) block(ctx context.Context, i int, o quadPlan) (result.Block, error) {
	e := c.instances[i]
	before, err := e.Used()
	if err != nil {
		return result.Block{}, err
	}
	own := usage.Self()
	served, known := c.plan.databaseCPU()
	b, err := c.saturate(ctx, i, o.requests, c.users, o.turns[i])
	if err != nil {
		return result.Block{}, err
	}
	share := counted(b)
	busy := (usage.Self() - own).Seconds() * share / max(b.Length, time.Microsecond).Seconds() / float64(c.plan.Environment.GeneratorCores())
	after, err := e.Used()
	if err != nil {
		return result.Block{}, err
	}
	if now, still := c.plan.databaseCPU(); known && still {
		d := &c.totals[e.Name].database
		d.cpu, d.driven = d.cpu+now-served, d.driven+b.Sent
	}
	c.faults.Add(e.Name, faults(b.Faults))
	if !o.partial {
		c.totals[e.Name].add(b)
	}
	if time.Since(c.reported) > reportPause {
		c.reported = time.Now()
		c.report()
	}
	return result.Block{
		Target: e.Name, Hits: b.Hits, Errors: b.Errors, Seconds: b.Length.Seconds(),
		CPU: (after.CPU - before.CPU).Seconds() * share, Generator: busy, Turns: 1, Drain: b.Drain.Seconds(),
		Processes: after.Alive, Threads: after.Threads, SingleThreaded: after.Single, Workers: after.Workers,
	}, nil
}

// counted returns the share of a turn's requests that its hits and errors count. The other
// requests were open when the turn began or ended. CPU time is divided by it and not by time:
// a server that answers the last requests late may be idle meanwhile.
func counted(b load.Block) float64 {
	return min(1, float64(b.Hits+b.Errors)/float64(max(1, b.Sent)))
}

func rate(b load.Block) float64 { return float64(b.Hits) / b.Length.Seconds() }
