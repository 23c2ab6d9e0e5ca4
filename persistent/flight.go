package persistent

import (
	"context"
	"sync/atomic"
)

// A flight counts the requests, or the answers, in flight.
type flight struct {
	flying atomic.Int64
	landed chan struct{} // receives a value when flying falls to 0
}

func newFlight() flight { return flight{landed: make(chan struct{}, 1)} }

func (f *flight) begin() { f.flying.Add(1) }

func (f *flight) end() {
	if f.flying.Add(-1) > 0 {
		return
	}
	select {
	case f.landed <- struct{}{}:
	default:
	}
}

// idle waits until nothing is in flight. It returns false if ctx ended first.
func (f *flight) idle(ctx context.Context) bool {
	for f.flying.Load() > 0 {
		select {
		case <-f.landed:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
