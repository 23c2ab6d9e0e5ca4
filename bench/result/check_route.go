package result

import (
	"fmt"
	"math"
	"slices"

	"github.com/classibench/classibench/bench/stats"
)

// RouteCheck is the name of the check of the throughput of one route.
const RouteCheck = "route"

var routeCheck = checkKind{
	name: RouteCheck,
	judge: func(r *Result) []Check {
		checks := r.Gate.routes()
		if len(r.Gate.Sessions) > 0 && r.Partial == "" {
			checks = append(checks, r.Gate.unmeasured(r.Scenario.Routes)...)
		}
		return checks
	},
	// The change is not to blame if a route has few hits.
	counts: func(c Check) bool { return c.Outcome != Inconclusive },
	detail: true,
	effect: "a loss",
	seconds: func(r *Result, c Check) float64 {
		routes := r.Gate.byRoute()
		return secondsOf(RouteOf(&routes, c.Route).Quads)
	},
}

// routeAlpha bounds the probability of a false alarm among all routes together.
// It is a fifth of the gate's alpha, so that the checks of routes add few false alarms.
func (g *Gate) routeAlpha() float64 { return g.Alpha / 5 }

// routes returns the checks of the single routes, with Holm's correction for their
// number. Each route is tested once, on all data.
func (g *Gate) routes() []Check {
	var p []float64
	routes := g.byRoute()
	for _, r := range routes {
		p = append(p, stats.LossP(g.routeValues(r.Route)))
	}
	adjusted := stats.Holm(p)
	var checks []Check
	for i, r := range routes {
		c := g.route(r.Route, g.routeValues(r.Route), adjusted[i])
		if reasons := append(generatorBound(r.Quads), LateAnswers(r.Quads, g.Users)...); len(reasons) > 0 && c.Outcome == Pass {
			c.Outcome, c.Reason = Inconclusive, fmt.Sprintf("Throughput of %q cannot be judged: %s.", r.Route, reasons[0])
		}
		checks = append(checks, c)
	}
	return checks
}

// route returns the check of one route from its adjusted p-value.
func (g *Gate) route(name string, sessions [][]float64, p float64) Check {
	d, e := slices.Concat(sessions...), stats.EstimateOf(sessions, 1-2*g.routeAlpha())
	ratios := e.Interval.Ratios()
	c := Check{
		Name: RouteCheck, Route: name, Outcome: Inconclusive, Ratio: Float(e.Ratio()), Low: Float(ratios.Low), High: Float(ratios.High),
		Level: e.Level, P: Float(p), MDE: Float(-math.Expm1(-e.MDE)), Quads: len(d),
	}
	if len(d) < LeastLook { // an interval from fewer quads is too wide to print
		c.Low, c.High, c.MDE = unknown, unknown, unknown
	}
	lost := p <= g.routeAlpha()
	switch {
	case len(d) < LeastLook: // inconclusive, however close the quads are to each other
	case e.Interval.Low > math.Log1p(-g.MaxLoss):
		c.Outcome = Pass
	case lost:
		c.Outcome = Fail
	}
	c.Reason = g.reason(c, lost)
	return c
}

// unmeasured returns the checks of routes that were not measured.
func (g *Gate) unmeasured(routes []string) (checks []Check) {
	measured := g.byRoute()
	for _, name := range routes {
		if len(routes) < 2 || slices.ContainsFunc(measured, func(q RouteQuads) bool { return q.Route == name }) {
			continue
		}
		why := "the budget was too short for it"
		if !g.Spent {
			why = "the gate had decided before its turn"
		}
		c := undecided(RouteCheck, fmt.Sprintf("Throughput of %q was not measured: %s.", name, why))
		c.Route = name
		checks = append(checks, c)
	}
	return checks
}
