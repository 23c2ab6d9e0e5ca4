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

// The costs of a request get a share of the budget for capacity, and this at least.
const (
	costsShare = 7
	leastCosts = 3 * time.Second
)

// costsLength is how long the measurement of costs takes, with the start of all targets.
func (p *Plan) costsLength() time.Duration {
	return max(leastCosts, p.Settings.Capacity.Budget/costsShare)
}

// costs measures what a request costs each target, after all else, in rounds of its own. Where
// that fails, the run has a result all the same, with a warning.
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
