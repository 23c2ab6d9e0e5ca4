package parity

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/target"
)

// A program of a further lane gets no request before its first probe: it would not show what the first
// request leaves, and count one more than those of the first lane.
func TestAFurtherLaneStartsQuietly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(counting, counting)
		h := s.hunt(t)
		h.plan.Lanes = 2
		h.plan.Sides = func(context.Context) ([]instance.Candidate, error) {
			return []instance.Candidate{s.old.side(), s.new.side()}, nil
		}
		var mu sync.Mutex
		quiet := map[string]bool{}
		h.plan.launch = func(ctx context.Context, t target.Target) (process, *client, error) {
			mu.Lock()
			quiet[t.Name] = t.Quiet
			mu.Unlock()
			return s.launch(ctx, t)
		}
		if err := h.openLanes(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		<-h.lanes // the first one is in use
		if _, _, err := h.probe(t.Context(), given(gets("/")), clue{}, trial.How{}); err != nil {
			t.Fatal(err)
		}
		if !quiet["old"] || !quiet["new"] {
			t.Errorf("started quietly: %v, want both programs", quiet)
		}
	})
}
