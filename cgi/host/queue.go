package host

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// errCrowded says that the line is full.
var errCrowded = errors.New("the line is full")

// mostPlaces is how many places a queue can have at most; a channel of empty
// structs needs no memory for them.
const mostPlaces = 4096

// A queue lets a number of requests in at once. The others wait in line, first
// come, first served.
type queue struct {
	places  chan struct{} // a channel serves its senders in the order of their coming
	limit   int64
	waiting atomic.Int64

	mu   sync.Mutex
	size int          // how many are let in
	debt atomic.Int64 // places that were taken away while they were in use
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

// resize changes how many are let in, to the capacity of the channel at most.
// Places that are in use are taken away when their users leave.
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
