package parity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/result"
)

func TestACleanTwinHasNoFinding(t *testing.T) {
	v := verify(t, parity.Plan{Sides: sides(t, "noisy", "noisy"), Requests: get("/a", "/b", "/c"), Budget: 12 * time.Second})
	if v.Verdict != result.Same || len(v.Findings) > 0 {
		t.Errorf("got verdict %s with %d findings, want same: %+v", v.Verdict, len(v.Findings), v.Reasons)
	}
	if v.Tried.OrderedPairs != 9 || v.Tried.Restarts < v.Tried.Sequences {
		t.Errorf("got %+v, want all 9 pairs, and a restart for each sequence", v.Tried)
	}
}

// path returns the paths of a sequence.
func path(f result.Finding) string {
	var all []string
	for _, s := range f.Sequence {
		all = append(all, s.URL)
	}
	return strings.Join(all, " ")
}

func TestALeakingServerIsFound(t *testing.T) {
	v := verify(t, parity.Plan{Sides: sides(t, "leaky", "leaky"), Requests: get("/a", "/hello", "/b", "/set?name=Jane+Roe", "/c"), Budget: 12 * time.Second})
	if v.Verdict != result.Different || len(v.Findings) != 1 {
		t.Fatalf("got verdict %s with %d findings, want one", v.Verdict, len(v.Findings))
	}
	f := v.Findings[0]
	if f.Kind != result.KindLifetime || path(f) != "/set?name=Jane+Roe /hello" || !f.Minimal || f.Rate != 1 {
		t.Errorf("got %s by %s, minimal %v, rate %v", f.Kind, path(f), f.Minimal, f.Rate)
	}
}
