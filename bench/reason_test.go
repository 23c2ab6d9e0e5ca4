package bench

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// A run that ended because something inside was lost is not said to be interrupted.
func TestReason(t *testing.T) {
	failed := errors.New("no answer\nits last output")
	for _, c := range []struct {
		name  string
		cause error // of the end of the context; nil if it has not ended
		err   error
		want  string
	}{
		{"a failure", nil, failed, "no answer"},
		{"a signal", context.Canceled, fmt.Errorf("start: %w", context.Canceled), "interrupted"},
		{"a lost server", errors.New("the database server ended by itself: signal: killed\nits log"), context.Canceled, "the database server ended by itself: signal: killed"},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		if c.cause != nil {
			cancel(c.cause)
		}
		if got := reason(ctx, c.err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		cancel(nil)
	}
}
