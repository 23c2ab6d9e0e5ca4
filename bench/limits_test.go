package bench_test

import (
	"context"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/target"
)

// Both targets get trials in turns, each with fresh data, and what is known of each goes into the result.
func TestRunLimits(t *testing.T) {
	lengthy(t)
	p := plan(t, "plodding", "slow")
	p.Settings.Limits = 6 * time.Second
	p.Scenario.Objective.P95 = 400 * time.Millisecond
	starts := map[string]int{}
	for i, c := range p.Candidates {
		p.Candidates[i].Fresh = func(ctx context.Context) (target.Target, error) {
			starts[c.Name]++
			return c.Fresh(ctx)
		}
	}
	r, err := p.RunLimits(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plodding", "slow"} {
		l := r.Limits[name]
		if len(l.Trials) == 0 || l.Confidence != 0.95 || l.PeakToMean < 1 {
			t.Errorf("limit of %s: %+v", name, l)
		}
		if trials := len(l.Trials); starts[name] < trials+1 {
			t.Errorf("%s was started %d times for %d trials, want once before, and for each with fresh data", name, starts[name], trials)
		}
		if l.Bounded() && l.Low > l.High {
			t.Errorf("bounds of %s: %v to %v", name, l.Low, l.High)
		}
	}
}

// An interrupted search keeps the trials so far.
func TestInterruptedLimits(t *testing.T) {
	lengthy(t)
	p := plan(t, "slow")
	p.Settings.Limits = time.Minute
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	trials := 0
	phase := ""
	p.Watch = func(g bench.Progress) {
		if key := g.Phase + g.Detail; key != phase && g.Phase == "limits: slow" {
			phase = key
			if trials++; trials == 3 { // one is over at least
				cancel()
			}
		}
	}
	r, err := p.RunLimits(ctx)
	if err == nil || r.Partial != "interrupted" {
		t.Errorf("error %v, partial %q", err, r.Partial)
	}
	if n := len(r.Limits["slow"].Trials); n == 0 {
		t.Error("no trial was kept")
	}
}
