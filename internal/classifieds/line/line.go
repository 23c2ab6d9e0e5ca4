// Package line makes writers wait in line for a database: for a limited time, and not
// more of them than a limit.
package line

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Patience is the time that a write may take from joining the line to having the
// database's lock, and a read to having a connection and the lock. It is less than the time
// in which a server stops, so that those who wait then get their answers.
const Patience = 5 * time.Second

// Longest is the number of writes that may wait at the same time.
const Longest = 1024

// A Line has places for writers. Those who find none wait, first come, first served.
type Line struct {
	places  chan struct{}
	waiting atomic.Int64
}

// New returns a line in which so many write at the same time.
func New(places int) *Line { return &Line{places: make(chan struct{}, places)} }

// Enter waits for a place, and returns a context that ends when the caller must have the
// database's lock. Call leave when the write is done. The error wraps listings.ErrBusy: no
// place was free before the context or Patience ended, or too many wait already.
func (l *Line) Enter(ctx context.Context) (until context.Context, leave func(), err error) {
	if err := Check(ctx); err != nil {
		return nil, nil, err
	}
	until, cancel := context.WithTimeout(ctx, Patience)
	if err := l.wait(until); err != nil {
		cancel()
		return nil, nil, err
	}
	return until, func() { <-l.places; cancel() }, nil
}

func (l *Line) wait(ctx context.Context) error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > Longest {
		return fmt.Errorf("%w: %d others wait to write", listings.ErrBusy, Longest)
	}
	select {
	case l.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return Check(ctx)
	}
}

// Check returns an error that wraps listings.ErrBusy and the cause if ctx has ended: the
// visitor has left, or has waited long enough.
func Check(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", listings.ErrBusy, context.Cause(ctx))
}
