package load

import (
	"sync"
	"time"
)

// A clientQueue keeps the order of each client's hits: a hit waits until the one before it
// is answered. Its size depends on the hits in flight, not on the number of clients.
type clientQueue struct {
	clientOf func(n uint64) uint32
	places   []turn // of hit n, at n modulo the length, see offer.dues

	mu   sync.Mutex
	last map[uint32]chan struct{} // by client: closed when its latest hit is answered
}

// A turn is the place of a hit in the queue of its client.
type turn struct {
	client       uint32
	before, mine chan struct{} // before is nil if there is nothing to wait for
}

// newClientQueue returns nil if no hit depends on another.
func newClientQueue(clientOf func(n uint64) uint32, size int) *clientQueue {
	if clientOf == nil {
		return nil
	}
	return &clientQueue{clientOf: clientOf, places: make([]turn, size), last: map[uint32]chan struct{}{}}
}

// enter adds hit n to the queue of its client. It is called in the order of the hits.
func (q *clientQueue) enter(n uint64) {
	if q == nil {
		return
	}
	p := turn{client: q.clientOf(n)}
	q.mu.Lock()
	defer q.mu.Unlock()
	if p.client > 0 {
		p.before, p.mine = q.last[p.client], make(chan struct{})
		q.last[p.client] = p.mine
	}
	q.places[n%uint64(len(q.places))] = p
}

// wait waits until the hit before hit n of the same client is answered, at most until the
// deadline. The caller calls answered when hit n is.
func (q *clientQueue) wait(n uint64, deadline time.Time) (answered func()) {
	if q == nil {
		return func() {}
	}
	p := q.place(n)
	if p.before != nil {
		late := time.NewTimer(time.Until(deadline))
		defer late.Stop()
		select {
		case <-p.before:
		case <-late.C: // the hit before has the earlier deadline, so it ends now too
		}
	}
	return func() { q.leave(p) }
}

func (q *clientQueue) place(n uint64) turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.places[n%uint64(len(q.places))]
}

// leave lets the next hit of the client go, and forgets a client without one.
func (q *clientQueue) leave(p turn) {
	if p.mine == nil {
		return
	}
	close(p.mine)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.last[p.client] == p.mine {
		delete(q.last, p.client)
	}
}
