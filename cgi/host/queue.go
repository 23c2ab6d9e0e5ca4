package host

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// errCrowded means that no further request may wait.
var errCrowded = errors.New("the queue is full")

// mostPlaces is the maximum of places in a queue. A channel of empty structs needs
// no memory for them.
const mostPlaces = 4096

// A queue admits a number of requests at the same time. The others wait, and are
// admitted in the order of their arrival.
type queue struct {
	places  chan struct{} // a channel serves its senders in order
	limit   int64
	waiting atomic.Int64

	mu   sync.Mutex
	size int          // number of places
	debt atomic.Int64 // removed places that are still in use
}

func newQueue(places, limit int) *queue {
	q := &queue{places: make(chan struct{}, max(places, mostPlaces)), limit: int64(limit)}
	q.size = cap(q.places)
	q.resize(places)
	return q
}

// enter waits for a place. It fails with errCrowded, or when ctx ends.
func (q *queue) enter(ctx context.Context) error {
	select {
	case q.places <- struct{}{}:
		return nil
	default:
	}
	if q.waiting.Add(1) > q.limit {
		q.waiting.Add(-1)
		return errCrowded
	}
	defer q.waiting.Add(-1)
	select {
	case q.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (q *queue) leave() {
	for debt := q.debt.Load(); debt > 0; debt = q.debt.Load() {
		if q.debt.CompareAndSwap(debt, debt-1) {
			return
		}
	}
	<-q.places
}

// resize changes the number of places, up to the capacity of the channel. A place
// in use is removed when its request leaves.
func (q *queue) resize(places int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for places = min(places, cap(q.places)); q.size < places; q.size++ {
		q.leave()
	}
	for ; q.size > places; q.size-- {
		select {
		case q.places <- struct{}{}:
		default:
			q.debt.Add(1)
		}
	}
}
