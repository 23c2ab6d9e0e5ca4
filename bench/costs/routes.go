package costs

import (
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// Routes get a share of the time, if it is enough for some passes over all of them.
const (
	routesShare = 4 // they get 1 part in 4 of the time
	leastPasses = 3
	mostPasses  = 12
)

// routesTime returns the time for the routes: none if there is only one, or if requests are
// too slow.
func (m *measurement) routesTime() time.Duration {
	share := m.plan.Length / routesShare
	if len(m.plan.Scenario.Mix) < 2 || m.pass(0)*leastPasses > 2*share {
		return 0
	}
	return max(share, m.pass(0)*leastPasses)
}

// pass returns the expected time of a pass over the routes with blocks of this length.
func (m *measurement) pass(block time.Duration) (lasts time.Duration) {
	for _, s := range m.targets {
		lasts += max(block, s.took)
	}
	return lasts * time.Duration(len(m.plan.Scenario.Mix))
}

// measureRoutes measures each route by itself on all targets, in passes over all routes.
func (m *measurement) measureRoutes(ctx context.Context, share time.Duration, end time.Time) error {
	if share == 0 {
		return nil
	}
	routes := len(m.plan.Scenario.Mix)
	block := share / time.Duration(2*leastPasses*routes*len(m.targets))
	pass := m.pass(block)
	for _, s := range m.targets {
		s.routes = make([][]result.CostRound, routes)
	}
	for n := 0; n < mostPasses && (n < leastPasses || time.Until(end) > pass/2); n++ {
		m.tell("routes, one user", time.Until(end))
		for route := range routes {
			if err := m.route(ctx, route, block, n%2 == 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// route measures a block of one route on each target.
func (m *measurement) route(ctx context.Context, route int, length time.Duration, backwards bool) error {
	targets := slices.Clone(m.targets)
	if backwards {
		slices.Reverse(targets)
	}
	for _, s := range targets {
		r, err := s.block(ctx, s.requests.Only(route), length)
		if err != nil {
			return err
		}
		s.routes[route] = append(s.routes[route], r)
	}
	return nil
}

// routeCosts returns the rounds of the routes with right answers.
func (s *side) routeCosts(mix []scenarios.Route) (all []result.RouteCost) {
	for i, rounds := range s.routes {
		if !wrong(rounds) {
			all = append(all, result.RouteCost{Route: mix[i].Name, Measured: rounds})
		}
	}
	return all
}
