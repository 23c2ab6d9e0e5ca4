package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// A Block is a part of a closed loop, from one answer to another.
type Block struct {
	Hits    uint64               // right answers in the block, including the last
	Errors  uint64               // wrong answers, and requests without an answer
	Length  time.Duration        // from the opening answer to the closing one
	Drain   time.Duration        // from the closing answer until all open requests were answered
	Whole   time.Duration        // duration of Saturate
	Sent    uint64               // requests during Whole
	Latency *histogram.Histogram // service time of the hits
	Faults  map[Fault]ErrorCount

	Connections Connections // of all requests
}

// Saturate keeps users busy: each user sends the next request as soon as the last
// is answered. The block begins with the first answer after the warm-up, and ends
// with the first answer at least length later. Saturate then waits for the open
// requests, which count only if they fail. A block ends at a stopping time, so the
// expected number of hits is the rate times the expected length (Wald's equation):
// summed over many blocks, hits ÷ Length is the rate, even if blocks are short and
// answers arrive in bursts. A target that stalls is charged for the whole stall. A
// request that times out ends a block at once. With a single user and no warm-up,
// the block begins at once, because nothing else is running. The requests are those
// from number first on.
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

// A tally counts the answers of a block. Times count from the start of the users.
type tally struct {
	warmUp, length time.Duration
	sent           atomic.Uint64
	over           atomic.Bool

	mu     sync.Mutex
	opened bool
	from   time.Duration // time of the opening answer
	block  Block
}

// add counts an answer, in the order of arrival.
func (t *tally) add(sent, now time.Duration, r reply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.block.Connections.Add(r.trip)
	switch {
	case t.over.Load():
		if r.fault != noFault { // errors always count
			t.count(now-sent, r)
		}
		return
	case r.fault == FaultTimeout && !t.opened:
		t.opened = true // the block began at time 0
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
