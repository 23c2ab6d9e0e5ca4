package result

import (
	"fmt"
	"maps"
	"slices"

	"github.com/classibench/classibench/internal/unit"
)

// JudgeGate reaches the checks of a gate from what was measured, its outcome
// and the verdict. It depends on nothing but the result.
func JudgeGate(r *Result) {
	g := r.Gate
	g.Checks = nil
	if len(g.Sessions) > 0 {
		g.Checks = append(g.Checks, g.throughput())
		g.Checks = append(g.Checks, g.routes()...)
		if r.Partial == "" {
			g.Checks = append(g.Checks, g.unmeasured(r.Scenario.Routes)...)
		}
	}
	g.Checks = append(g.Checks, gainChecks(r)...)
	g.Checks = append(g.Checks, objectiveChecks(r)...)
	g.Outcome = g.outcome()
	r.Verdict = Verdict{Valid: true, Sentence: g.sentence()}
	doubts := g.invalid()
	for _, w := range invalid(r) {
		doubts = append(doubts, w.Text)
	}
	if r.Capacity != nil && (g.MinGain > 0 || g.Baseline != nil) {
		doubts = append(doubts, hidden(r.Capacity.Quads)...)
	}
	if len(doubts) > 0 {
		r.Verdict = Verdict{Sentence: "This measurement cannot be trusted.", Reasons: doubts}
	}
}

// Advises reports whether a check only warns: that of an earlier result which is
// of another machine.
func (g *Gate) Advises(c Check) bool { return g.Advisory && c.Name == BaselineCheck }

// Weighs reports whether a check has a say in the outcome. A route that cannot
// tell has none: that there are few hits of a route is no fault of the change.
func (g *Gate) Weighs(c Check) bool {
	return !g.Advises(c) && !(c.Name == RouteCheck && c.Outcome == Inconclusive)
}

// advisesOnly reports whether nothing was asked that could fail.
func (g *Gate) advisesOnly() bool {
	return len(g.Checks) > 0 && !slices.ContainsFunc(g.Checks, func(c Check) bool { return !g.Advises(c) })
}

// outcome is the worst of the checks that weigh: one that fails closes the gate,
// one that cannot tell leaves it open to neither side.
func (g *Gate) outcome() Outcome {
	found := map[Outcome]bool{}
	for _, c := range g.Checks {
		found[c.Outcome] = found[c.Outcome] || g.Weighs(c)
	}
	switch {
	case found[Fail]:
		return Fail
	case (found[Pass] || g.advisesOnly()) && !found[Inconclusive]:
		return Pass
	}
	return Inconclusive
}

// sentence is the reason of the first check that decided.
func (g *Gate) sentence() string {
	for _, c := range g.Checks {
		if g.Weighs(c) && c.Outcome == g.Outcome && (c.Name != RouteCheck || g.Outcome == Fail) {
			return c.Reason
		}
	}
	if g.advisesOnly() {
		return "Only a warning, since the earlier result is of another machine: " + g.Checks[0].Reason
	}
	return "Nothing was measured."
}

// invalid lists why the sessions cannot be trusted.
func (g *Gate) invalid() []string {
	doubts := wrongly(append(g.AllQuads(), g.void()...), "the requests")
	for _, r := range g.byRoute() {
		doubts = append(doubts, wrongly(append(r.Quads, r.Void...), fmt.Sprintf("the requests of %q", r.Route))...)
	}
	doubts = append(doubts, LateAnswers(g.AllQuads(), g.Users)...)
	return append(doubts, hidden(g.AllQuads())...)
}

// hidden tells whether the generator was what limited some quads.
func hidden(quads []Quad) []string {
	if busy, bound := GeneratorBound(quads); bound {
		return []string{fmt.Sprintf("the load generator used %s of its cores: a loss may have been hidden behind it", unit.Percent(busy))}
	}
	return nil
}

// wrongly tells which side gave too many wrong answers in some quads.
func wrongly(quads []Quad, what string) []string {
	totals := Totals(quads)
	var doubts []string
	for _, name := range slices.Sorted(maps.Keys(totals)) {
		if share := errorShare(totals[name].Hits, totals[name].Errors); share > MaxErrors {
			doubts = append(doubts, fmt.Sprintf("%s answered %s of %s wrongly", name, unit.Percent(share), what))
		}
	}
	return doubts
}

// routeValues are the values of the quads of a route, by session.
func (g *Gate) routeValues(route string) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		for _, r := range s.Routes {
			if r.Route == route {
				all = append(all, valuesOf(r.Quads))
			}
		}
	}
	return all
}

// AllQuads are those of the whole mix that have a value, of all sessions.
func (g *Gate) AllQuads() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Quads...)
	}
	return all
}

// void are the quads of the whole mix that have none.
func (g *Gate) void() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Void...)
	}
	return all
}

// byRoute are the quads of each route over all sessions, in the order in which
// routes were first measured.
func (g *Gate) byRoute() []RouteQuads {
	var all []RouteQuads
	for _, s := range g.Sessions {
		for _, r := range s.Routes {
			to := RouteOf(&all, r.Route)
			to.Quads, to.Void = append(to.Quads, r.Quads...), append(to.Void, r.Void...)
		}
	}
	return all
}

// RouteOf finds a route, and makes it if it is not there.
func RouteOf(all *[]RouteQuads, route string) *RouteQuads {
	i := slices.IndexFunc(*all, func(r RouteQuads) bool { return r.Route == route })
	if i < 0 {
		i, *all = len(*all), append(*all, RouteQuads{Route: route})
	}
	return &(*all)[i]
}

// Values are the values of the quads of the whole mix: logarithms of ratios.
func (s Session) Values() []float64 { return valuesOf(s.Quads) }

func valuesOf(quads []Quad) []float64 {
	var d []float64
	for _, q := range quads {
		d = append(d, q.Value())
	}
	return d
}

// values are the values of the first n quads, by session.
func (g *Gate) values(n int) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		all = append(all, s.Values())
	}
	return firstOf(all, n)
}

// firstOf are the first n of the values of all sessions.
func firstOf(sessions [][]float64, n int) [][]float64 {
	var first [][]float64
	for _, d := range sessions {
		first = append(first, d[:min(n, len(d))])
		n -= min(n, len(d))
	}
	return first
}

// LeastLook is how many quads there have to be between two looks.
const LeastLook = 3

// Count is how many quads of the whole mix there are.
func (g *Gate) Count() (n int) {
	for _, s := range g.Sessions {
		n += len(s.Quads)
	}
	return n
}
