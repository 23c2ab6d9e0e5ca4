package host

import (
	"context"
	"errors"
	"sync/atomic"
)

// errCrowded says that the line is full.
var errCrowded = errors.New("the line is full")

// A queue lets a number of requests in at once. The others wait in line, first
// come, first served.
type queue struct {
	places  chan struct{} // a channel serves its senders in the order of their coming
	limit   int64
	waiting atomic.Int64
}

func newQueue(places, limit int) *queue {
	return &queue{places: make(chan struct{}, places), limit: int64(limit)}
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

func (q *queue) leave() { <-q.places }
