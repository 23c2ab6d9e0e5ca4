package load

import (
	"context"
	"sync"
	"time"
)

// A Block is a stretch of a closed loop: so many requests, and how long it took
// to answer all of them.
type Block struct {
	Hits    uint64        // right answers
	Errors  uint64        // other answers, and none
	Length  time.Duration // from the first request to the last answer
	Whole   time.Duration // the same with the lead
	Sent    uint64        // requests, those of the lead included
	Latency *Histogram    // service time of the hits
	Faults  map[Fault]Blame
}

// Saturate keeps users busy: each sends the next request as soon as the last is
// answered, until length is over; then what is under way is waited for. A block
// therefore ends with its last answer, a little after length: nothing that was
// begun in it is left out, and a target that stalls is charged for all of the
// stall, however short the block. What happens in the lead before it does not
// count. The requests are those from first on.
func (c *Client) Saturate(ctx context.Context, requests *Requests, first uint64, users int, lead, length time.Duration) (Block, error) {
	began := time.Now()
	var sent uint64
	if lead > 0 {
		sent = c.busy(ctx, requests.From(first), users, lead).Sent
	}
	b := c.busy(ctx, requests.From(first+sent), users, length)
	b.Sent += sent
	b.Whole = time.Since(began)
	return b, context.Cause(ctx)
}

// busy keeps users busy for a length and until the last answer.
func (c *Client) busy(ctx context.Context, requests *Requests, users int, length time.Duration) Block {
	t := tally{block: Block{Latency: NewHistogram(), Faults: map[Fault]Blame{}}}
	began := time.Now()
	a := &attack{workers: uint64(users), most: uint64(users)}
	a.pace = func(_ time.Duration, n uint64) bool {
		t.block.Sent = n
		return time.Since(began) >= length || ctx.Err() != nil
	}
	a.hit = func(n uint64) {
		sent := time.Now()
		_, fault, example := c.exchange(requests, n, sent.Add(c.o.Timeout))
		t.add(time.Since(sent), fault, example)
	}
	a.run()
	t.block.Length = time.Since(began)
	return t.block
}

// A tally counts the answers of a block.
type tally struct {
	mu    sync.Mutex
	block Block
}

func (t *tally) add(took time.Duration, fault Fault, example string) {
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
