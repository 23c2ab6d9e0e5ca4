package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// The costs of a request get a share of the budget for capacity, but at least leastCosts.
const (
	costsShare = 7
	leastCosts = 3 * time.Second
)

// costsLength returns the length of the measurement of costs, including the start of all
// targets.
func (p *Plan) costsLength() time.Duration {
	return max(leastCosts, p.Settings.Capacity.Budget/costsShare)
}

// costs measures the costs of a request for each target, at the end of a run. If that fails,
// the run still has a result, with a warning.
func (p *Plan) costs(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result) error {
	clock.costs = 0
	clock.report("costs", "starting", p.costsLength(), nil)
	m := costs.Plan{
		Candidates: p.Candidates, Scenario: p.Scenario, Pools: p.Pools, Seed: p.Seed, Requests: requests, Dir: p.Dir,
		Length: p.costsLength(), Timeout: p.Settings.patience(),
		Tell: func(detail string, left time.Duration) { clock.report("costs", detail, left, nil) },
	}
	found, err := m.Measure(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.Costs = found
	if err != nil && !errors.Is(err, usage.ErrUnsupported) {
		r.Warnings = append(r.Warnings, result.Warning{About: result.AboutCosts, Text: fmt.Sprintf("the costs of a request are not known: %v", err)})
	}
	return nil
}
