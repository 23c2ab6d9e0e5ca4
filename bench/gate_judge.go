package bench

import (
	"fmt"
	"maps"
	"slices"

	"github.com/classibench/classibench/bench/stats"
)

// JudgeGate reaches the checks of a gate from what was measured, its outcome
// and the verdict. It depends on nothing but the result.
func JudgeGate(r *Result) {
	g := r.Gate
	g.Checks = nil
	if len(g.Sessions) > 0 {
		g.Checks = append(g.Checks, g.throughput())
		g.Checks = append(g.Checks, g.routes()...)
	}
	g.Checks = append(g.Checks, gainChecks(r)...)
	g.Checks = append(g.Checks, objectiveChecks(r)...)
	g.Outcome = g.outcome()
	r.Verdict = Verdict{Valid: true, Sentence: g.sentence()}
	if doubts := append(invalid(r), g.invalid()...); len(doubts) > 0 {
		r.Verdict = Verdict{Sentence: "This measurement cannot be trusted.", Reasons: doubts}
	}
}

// outcome is the worst of the checks: one that fails closes the gate, one that
// cannot tell leaves it open to neither side. A route that cannot tell does not
// count: that there are few hits of a route is no fault of the change.
func (g *Gate) outcome() Outcome {
	out := Inconclusive
	for _, c := range g.Checks {
		switch {
		case c.Name == "baseline" && g.Advisory:
		case c.Outcome == Fail:
			return Fail
		}
	}
	for _, c := range g.Checks {
		switch {
		case c.Name == "route" || c.Name == "baseline" && g.Advisory:
		case c.Outcome == Inconclusive:
			return Inconclusive
		default:
			out = Pass
		}
	}
	return out
}

// sentence is the reason of the first check that decided.
func (g *Gate) sentence() string {
	for _, c := range g.Checks {
		if c.Outcome == g.Outcome && (c.Name != "route" || g.Outcome == Fail) {
			return c.Reason
		}
	}
	return "Nothing was measured."
}

// invalid lists why the sessions cannot be trusted.
func (g *Gate) invalid() []string {
	var mix []Quad
	names, routes := []string{}, map[string][]Quad{}
	for _, s := range g.Sessions {
		mix = append(append(mix, s.Quads...), s.Void...)
		for _, r := range s.Routes {
			if _, known := routes[r.Route]; !known {
				names = append(names, r.Route)
			}
			routes[r.Route] = append(append(routes[r.Route], r.Quads...), r.Void...)
		}
	}
	doubts := wrongly(mix, "the requests")
	for _, name := range names {
		doubts = append(doubts, wrongly(routes[name], fmt.Sprintf("the requests of %q", name))...)
	}
	if busy := busiest(g.quads()); busy > busyGenerator {
		doubts = append(doubts, fmt.Sprintf("the load generator used %s of its cores: a loss may have been hidden behind it", percent(busy)))
	}
	return doubts
}

// wrongly tells which side gave too many wrong answers in some quads.
func wrongly(quads []Quad, what string) []string {
	hits, errors := map[string]uint64{}, map[string]uint64{}
	for _, q := range quads {
		for _, b := range q.Blocks {
			hits[b.Target] += b.Hits
			errors[b.Target] += b.Errors
		}
	}
	var doubts []string
	for _, name := range slices.Sorted(maps.Keys(hits)) {
		if share := errorShare(hits[name], errors[name]); share > maxErrors {
			doubts = append(doubts, fmt.Sprintf("%s answered %s of %s wrongly", name, percent(share), what))
		}
	}
	return doubts
}

// quads are those of the whole mix that have a value, of all sessions.
func (g *Gate) quads() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Quads...)
	}
	return all
}

// values are the values of the first n quads, by session.
func (g *Gate) values(n int) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		var d []float64
		for _, q := range s.Quads {
			d = append(d, q.value())
		}
		all = append(all, d)
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

// A finding is a decision and the look at which it was reached, at so many quads.
type finding struct {
	stats.Decision
	look, quads int
}

// rule is the test that the gate decides by.
func (g *Gate) rule() (stats.Gate, error) { return stats.NewGate(g.Looks, g.Alpha, g.MaxLoss) }

// decide looks at the data as it was looked at while they came in, and says at
// which look it was decided.
func (g *Gate) decide(rule stats.Gate) finding {
	at := func(look, quads int) finding { return finding{rule.Decide(look, g.values(quads)), look, quads} }
	all, look := g.count(), 1
	for ; g.Quads > 0 && look < g.Looks && look*g.Quads <= all; look++ {
		if f := at(look, look*g.Quads); f.Stop {
			return f
		}
	}
	if g.Spent {
		return at(g.Looks, all) // the last look is when the budget is spent
	}
	// Between two looks nothing is decided.
	f := at(max(1, look-1), all)
	f.Verdict, f.Stop, f.look = stats.Inconclusive, false, look-1
	return f
}
