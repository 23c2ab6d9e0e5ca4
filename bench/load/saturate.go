package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// A Block is a stretch of a closed loop, from one answer to another.
type Block struct {
	Hits    uint64               // right answers that came in it, the last included
	Errors  uint64               // wrong answers, and requests that got none
	Length  time.Duration        // from the answer that opens it to the one that ends it
	Drain   time.Duration        // from then on, until all that was under way was answered
	Whole   time.Duration        // of all that Saturate did
	Sent    uint64               // requests in all that time
	Latency *histogram.Histogram // service time of the hits
	Faults  map[Fault]ErrorCount

	Connections Connections // of all that was sent
}

// Saturate keeps users busy: each sends the next request as soon as the last is
// answered. The block begins with the first answer after the warm-up and ends with the
// first that comes a length or more after that; what is under way then is waited
// for, and counts only if it goes wrong. A block ends at a stopping time, so that
// the expected number of hits is the rate times the expected length (Wald's
// equation): summed over many blocks, hits ÷ Length is the rate, however few the
// hits of each and however they come in bursts. A target that stalls is charged for
// all of it. A request that times out ends a block at once. The block of a single user
// without a warm-up begins at once: nothing else is under way then. The requests are those
// from first on.
func (c *Client) Saturate(ctx context.Context, requests *Requests, first uint64, users int, warmUp, length time.Duration) (Block, error) {
	began := time.Now()
	t := tally{warmUp: warmUp, length: length, opened: users == 1 && warmUp == 0, block: Block{Latency: histogram.New(), Faults: map[Fault]ErrorCount{}}}
	over := func() bool { return t.over.Load() || ctx.Err() != nil }
	hit := func() {
		n := first + t.sent.Add(1) - 1
		sent := time.Now()
		r := c.exchange(requests, n, sent.Add(c.o.Timeout))
		t.add(sent.Sub(began), r.at.Sub(began), r)
	}
	c.conns.begin()
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			for !over() {
				hit()
			}
			c.conns.end()
		})
	}
	wg.Wait()
	t.block.Connections.Yielded = c.conns.yields()
	t.block.Sent, t.block.Whole = t.sent.Load(), time.Since(began)
	if t.over.Load() {
		t.block.Drain = t.block.Whole - t.from - t.block.Length
	}
	return t.block, context.Cause(ctx)
}

// A tally counts the answers of a block. Times are since the users began.
type tally struct {
	warmUp, length time.Duration
	sent           atomic.Uint64
	over           atomic.Bool

	mu     sync.Mutex
	opened bool
	from   time.Duration // when it was opened
	block  Block
}

// add takes an answer, as it comes.
func (t *tally) add(sent, now time.Duration, r reply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.block.Connections.Add(r.trip)
	switch {
	case t.over.Load():
		if r.fault != noFault { // an error is never lost
			t.count(now-sent, r)
		}
		return
	case r.fault == FaultTimeout && !t.opened:
		t.opened = true // the block is all that time
	case now < t.warmUp:
		return
	case !t.opened:
		t.opened, t.from = true, now
		return
	}
	t.count(now-sent, r)
	t.block.Length = now - t.from
	t.over.Store(t.block.Length >= t.length || r.fault == FaultTimeout)
}

func (t *tally) count(took time.Duration, r reply) {
	if r.fault == noFault {
		t.block.Hits++
		t.block.Latency.Record(took)
		return
	}
	t.block.Errors++
	countError(t.block.Faults, r.fault, r.example)
}
