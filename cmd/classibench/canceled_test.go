package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// Only a signal makes an error "interrupted". A context that was canceled inside is no reason to
// hide what went wrong.
func TestOnlyASignalInterrupts(t *testing.T) {
	within := fmt.Errorf("start target ads: %w", context.Canceled)
	for _, c := range []struct {
		name   string
		err    error
		signal bool
		want   bool
	}{
		{"canceled, after a signal", within, true, true},
		{"canceled inside", within, false, false},
		{"a failure after a signal", errors.New("requests were still in flight after 5s"), true, false},
		{"joined, canceled inside", errors.Join(errors.New("the disk is full"), within), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &program{signal: func() bool { return c.signal }}
			for verb, described := range map[string]error{"compare": p.describe(c.err), "verify": p.describeVerify(c.err)} {
				code, _ := explain(described)
				if got := code == exitInterrupted; got != c.want || !c.want && described.Error() != c.err.Error() {
					t.Errorf("%s: got exit status %d, %q", verb, code, described)
				}
			}
		})
	}
}
