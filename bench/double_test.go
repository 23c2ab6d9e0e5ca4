package bench_test

import (
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// A server with one worker that takes 160 ms carries at most 6 hits a second. One that takes
// 1 ms carries all offered rates.
func TestRatesAreDoubledUntilTheObjectiveIsMissed(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := short(t, "plodding", "quick")
	p.Scenario.Objective = scenarios.Objective{P95: 2 * time.Second, Errors: 0.01}
	p.Settings.Replay = scenarios.Replay{
		Timeout:    20 * time.Second,
		Stages:     []scenarios.Stage{{Name: "calm", For: 2 * time.Second, Rate: scenarios.Rate{Value: 100_000, Unit: scenarios.HitsPerDay}}},
		DoubleUpTo: scenarios.Rate{Value: 4_000_000, Unit: scenarios.HitsPerDay},
	}
	r := runUndisturbed(t, p)
	if c, _ := result.CarriedOf(r, "plodding"); c.Met < 100_000 || c.Met > 1_600_000 || c.Missed != 2*c.Met {
		t.Errorf("got %+v", c)
	}
	if c, _ := result.CarriedOf(r, "quick"); c.Met != 3_200_000 || c.Missed != 0 {
		t.Errorf("got %+v", c)
	}
	if got := strings.Join(r.Verdict.Reasons, "\n"); !strings.Contains(got, "quick met the objective up to 3.2 million hits a day, the most that was offered") {
		t.Errorf("reasons:\n%s", got)
	}
}

// runUndisturbed measures until the load generator was never too late, as it can be on a busy
// machine: that ends the doubling of a target, and must be said.
func runUndisturbed(t *testing.T, p *bench.Plan) *result.Result {
	t.Helper()
	for {
		r, err := p.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		late := false
		for _, d := range r.Replay.Doubled {
			t.Logf("%s at %s: %d hits, %d errors, p95 %v s, met: %v, invalid: %q", d.Target, d.Stage.Rate, d.Result.Hits, d.Result.Errors, d.Result.Latency.P95, d.Result.Meets, d.Invalid)
			if d.Invalid != "" && !strings.Contains(strings.Join(r.Verdict.Reasons, "\n"), d.Invalid) {
				t.Fatalf("the reasons do not say that %s: %q", d.Invalid, r.Verdict.Reasons)
			}
			late = late || d.Invalid != ""
		}
		if !late {
			return r
		}
	}
}
