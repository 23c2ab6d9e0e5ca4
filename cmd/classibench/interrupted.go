package main

import "context"

// untilInterrupted returns the results of f, which reads a terminal or a pipe, or
// errInterrupted when a signal ends ctx. Nothing interrupts such a read: f then goes on until the
// program exits, which it does next.
func untilInterrupted[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type results struct {
		value T
		err   error
	}
	done := make(chan results, 1)
	go func() {
		value, err := f()
		done <- results{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, errInterrupted
	}
}
