package drain

import (
	"context"
	"sync/atomic"
)

// A Flight counts what has begun and not ended: connections, requests or answers.
type Flight struct {
	flying atomic.Int64
	landed chan struct{} // receives a value when flying falls to 0
}

// NewFlight returns a Flight of none.
func NewFlight() *Flight { return &Flight{landed: make(chan struct{}, 1)} }

// Begin counts one more.
func (f *Flight) Begin() { f.flying.Add(1) }

// End counts one less.
func (f *Flight) End() {
	if f.flying.Add(-1) > 0 {
		return
	}
	select {
	case f.landed <- struct{}{}:
	default:
	}
}

// Count returns the number that is in flight now.
func (f *Flight) Count() int64 { return f.flying.Load() }

// Idle waits until nothing is in flight. It returns false if ctx ended first. Only one
// goroutine may wait.
func (f *Flight) Idle(ctx context.Context) bool {
	for f.flying.Load() > 0 {
		select {
		case <-f.landed:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
