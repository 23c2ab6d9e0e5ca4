package bench_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// The two servers are already running; the first is the one to be replaced.
func ExamplePlan_Run() {
	old := httptest.NewServer(after(10*time.Millisecond, right))
	defer old.Close()
	port := httptest.NewServer(after(time.Millisecond, right))
	defer port.Close()

	scenario, err := scenarios.Parse("move.yaml", []byte(`
name: move
mix: [{name: page, get: /, expect: {body: right}}]
capacity: {users: 2, budget: 1s}
`))
	if err != nil {
		panic(err)
	}
	plan := bench.Plan{
		Scenario: scenario, Seed: 1, Environment: bench.Describe(true),
		Candidates: []instance.Candidate{running("old", old.URL), running("port", port.URL)},
	}
	r, err := plan.Run(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Baseline(), r.Capacity.Gain.Candidate, r.Capacity.Gain.Ratio > 1)
	// Output: old port true
}

// running returns a candidate that is already running.
func running(name, url string) instance.Candidate {
	return instance.Candidate{
		Target: result.Target{Name: name, Kind: target.URL},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{Name: name, Kind: target.URL, URL: url}, nil
		},
	}
}
