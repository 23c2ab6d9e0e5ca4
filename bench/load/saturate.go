package load

import (
	"context"
	"sync"
	"time"
)

// A Block is a stretch of a closed loop.
type Block struct {
	Hits    uint64        // right answers that arrived in the block
	Errors  uint64        // other answers, and none, that came in it
	Length  time.Duration // of the block
	Whole   time.Duration // from the first request to the last answer: with what came before and after the block
	Sent    uint64        // requests in all that time
	Latency *Histogram    // service time of the block's hits
	Faults  map[Fault]Blame
}

// Saturate keeps users busy: each sends the next request as soon as the last is
// answered. The block begins after lead and has the given length; what is
// answered before and after it does not count. The requests are those from
// first on.
func (c *Client) Saturate(ctx context.Context, requests *Requests, first uint64, users int, lead, length time.Duration) (Block, error) {
	t := tally{lead: lead, block: Block{Length: length, Latency: NewHistogram(), Faults: map[Fault]Blame{}}}
	began := time.Now()
	a := &attack{workers: uint64(users), most: uint64(users)}
	a.pace = func(_ time.Duration, n uint64) bool {
		t.block.Sent = n
		return time.Since(began) >= lead+length || ctx.Err() != nil
	}
	a.hit = func(n uint64) {
		sent := time.Now()
		_, fault, example := c.exchange(requests, first+n, sent.Add(c.o.Timeout))
		end := time.Now()
		t.add(end.Sub(began), end.Sub(sent), fault, example)
	}
	a.run()
	t.block.Whole = time.Since(began)
	return t.block, context.Cause(ctx)
}

// A tally counts the answers of a block.
type tally struct {
	mu    sync.Mutex
	lead  time.Duration
	block Block
}

// add counts an answer that came at a moment, if that lies in the block.
func (t *tally) add(at, took time.Duration, fault Fault, example string) {
	if at < t.lead || at >= t.lead+t.block.Length {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if fault == noFault {
		t.block.Hits++
		t.block.Latency.Record(took)
		return
	}
	t.block.Errors++
	blame(t.block.Faults, fault, example)
}
