package parity

import (
	"context"
	"errors"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// What grew until the time of a soak was spent is a finding, though no route was soaked alone.
func TestASoakWithoutTimeForSingleRoutes(t *testing.T) {
	h := &hunt{run: newRun(&Plan{Requests: []trial.Request{{Route: "GET /a", Method: "GET", URL: "/a"}}}), name: "new"}
	all := []result.Growth{{Resource: "memory", Unit: "bytes"}, {Resource: "zombies", Per1000: 200, Grows: true}}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errSpent)
	if err := h.isolate(ctx, all); !errors.Is(err, errSpent) {
		t.Errorf("got %v, want the error of the soak", err)
	}
	v := h.result(t.Context(), nil)
	if v.Verdict != result.Different || len(v.Findings) != 1 || v.Findings[0].Place != "zombies" || v.Findings[0].Got != "200 per 1,000 requests" {
		t.Errorf("got verdict %s with %+v", v.Verdict, v.Findings)
	}
}
