package parity

import (
	"context"
	"errors"
	"time"
)

// errLate is the cause of the end of a context when an answer takes too long.
var errLate = errors.New("the answer takes too long")

// A deadline is the time limit for an answer. It may change while the answer is awaited.
type deadline struct {
	limit   func() time.Duration
	learned <-chan struct{} // closed when the limit has changed; nil if it does not
}

// within returns a deadline that does not change.
func within(limit time.Duration) deadline {
	return deadline{limit: func() time.Duration { return limit }}
}

// begin returns a context that ends with errLate when the time has passed, and a function that
// ends it.
func (d deadline) begin(ctx context.Context) (context.Context, func()) {
	began := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(d.limit(), func() { cancel(errLate) })
	if d.learned != nil {
		go func() {
			select {
			case <-d.learned:
				late.Reset(d.limit() - time.Since(began))
			case <-ctx.Done():
			}
		}()
	}
	return ctx, func() {
		late.Stop()
		cancel(nil)
	}
}
