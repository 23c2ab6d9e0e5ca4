package bench_test

import (
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// Without a replay, capacity and costs show the same CPU time, with the same warning.
func TestCapacityOfATargetThatIgnoresTheEndOfItsChildren(t *testing.T) {
	t.Parallel()
	p := short(t, "quick", "careless")
	p.Settings.Capacity.Budget = time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := textsAbout(r, "capacity.throughput.careless"); strings.Count(got, "a process of it ignores SIGCHLD") != 1 {
		t.Errorf("got %q, want a warning", got)
	}
	if got := textsAbout(r, "capacity.throughput.quick"); strings.Contains(got, "SIGCHLD") {
		t.Errorf("quick: %q", got)
	}
}

// The CPU time of children that nobody waits for is in no account, and the result states
// that.
func TestATargetThatIgnoresTheEndOfItsChildren(t *testing.T) {
	t.Parallel()
	p := short(t, "quick", "careless")
	p.Settings.Capacity.Budget = time.Second
	p.Settings.Replay.Stages = []scenarios.Stage{{Name: "calm", For: 2 * time.Second, Rate: scenarios.Rate{Value: 20}}}
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]bool{"quick": false, "careless": true} {
		got := false
		for _, w := range r.Warnings {
			got = got || strings.HasSuffix(w.About, target) && strings.Contains(w.Text, "a process of it ignores SIGCHLD")
		}
		if got != want {
			t.Errorf("%s: got the warning %v, want %v: %v", target, got, want, r.Warnings)
		}
	}
}
