package host

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
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
	press   func(waiting int) // if set, called each pressure while requests wait
	pressed atomic.Bool       // a goroutine does that

	mu   sync.Mutex
	size int          // number of places
	lent int          // by requests that wait for their clients
	debt atomic.Int64 // places that were removed or taken back, and are still in use
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
	q.startPress()
	select {
	case q.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// pressure is how often places are sought for requests that wait.
const pressure = 50 * time.Millisecond

// startPress calls press again and again until no request waits.
func (q *queue) startPress() {
	if q.press == nil || !q.pressed.CompareAndSwap(false, true) {
		return
	}
	go func() {
		for q.waiting.Load() > 0 {
			time.Sleep(pressure)
			q.press(int(q.waiting.Load()))
		}
		q.pressed.Store(false)
		if q.waiting.Load() > 0 { // since a moment ago
			q.startPress()
		}
	}()
}

func (q *queue) leave() {
	for debt := q.debt.Load(); debt > 0; debt = q.debt.Load() {
		if q.debt.CompareAndSwap(debt, debt-1) {
			return
		}
	}
	<-q.places
}

// lend gives a place to another request, while the one that has it waits for its client. goOn
// takes it back, without waiting. As many places may be lent as there are; then goOn is nil.
func (q *queue) lend() (goOn func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lent >= q.size {
		return nil
	}
	q.lent++
	q.leave()
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.lent--
		q.occupy()
	}
}

// occupy takes a place. If none is free, the next one that is left is it.
func (q *queue) occupy() {
	select {
	case q.places <- struct{}{}:
	default:
		q.debt.Add(1)
	}
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
		q.occupy()
	}
}
