package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A Block is a stretch of a closed loop, from one answer to another.
type Block struct {
	Hits    uint64        // right answers that came in it, the last included
	Errors  uint64        // other answers, and none
	Length  time.Duration // from the answer that opens it to the one that ends it
	Whole   time.Duration // of all that Saturate did
	Sent    uint64        // requests in all that time
	Latency *Histogram    // service time of the hits
	Faults  map[Fault]Blame
}

// Saturate keeps users busy: each sends the next request as soon as the last is
// answered. The block begins with the first answer after lead and ends with the
// first that comes a length or more after that; what is under way then is waited
// for, and does not count. Hits ÷ Length is then an unbiased rate, however few the
// hits and however they come in bursts (it ends at a stopping time: Wald's
// equation), and a target that stalls is charged for all of the stall. A request
// that times out ends a block at once. The requests are those from first on.
func (c *Client) Saturate(ctx context.Context, requests *Requests, first uint64, users int, lead, length time.Duration) (Block, error) {
	t := tally{began: time.Now(), lead: lead, length: length, block: Block{Latency: NewHistogram(), Faults: map[Fault]Blame{}}}
	over := func() bool { return t.over.Load() || ctx.Err() != nil }
	a := &attack{workers: uint64(users), most: uint64(users)}
	a.pace = func(time.Duration, uint64) (stop bool) { return over() }
	a.hit = func(n uint64) {
		if over() { // since the engine had it in hand
			return
		}
		t.sent.Add(1)
		sent := time.Now()
		_, fault, example := c.exchange(requests, first+n, sent.Add(c.o.Timeout))
		t.add(sent, fault, example)
	}
	a.run()
	t.block.Sent, t.block.Whole = t.sent.Load(), time.Since(t.began)
	return t.block, context.Cause(ctx)
}

// A tally counts the answers of a block.
type tally struct {
	began        time.Time
	lead, length time.Duration
	sent         atomic.Uint64
	over         atomic.Bool

	mu     sync.Mutex
	opened time.Time // by an answer; zero before
	block  Block
}

// add takes an answer, as it comes.
func (t *tally) add(sent time.Time, fault Fault, example string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	switch {
	case t.over.Load():
		return
	case fault == FaultTimeout && t.opened.IsZero():
		t.opened = t.began
	case now.Sub(t.began) < t.lead:
		return
	case t.opened.IsZero():
		t.opened = now
		return
	}
	t.count(now.Sub(sent), fault, example)
	t.block.Length = now.Sub(t.opened)
	t.over.Store(t.block.Length >= t.length || fault == FaultTimeout)
}

func (t *tally) count(took time.Duration, fault Fault, example string) {
	if fault == noFault {
		t.block.Hits++
		t.block.Latency.Record(took)
		return
	}
	t.block.Errors++
	blame(t.block.Faults, fault, example)
}
