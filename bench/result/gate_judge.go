package result

import (
	"fmt"
	"maps"
	"slices"

	"github.com/classibench/classibench/internal/unit"
)

// JudgeGate sets the checks, the outcome and the verdict of a gate from its measurements.
// It depends on nothing but the result.
func JudgeGate(r *Result) {
	g := r.Gate
	g.Checks = nil
	for _, k := range checkKinds {
		g.Checks = append(g.Checks, k.judge(r)...)
	}
	g.Outcome = g.outcome()
	r.Verdict = Verdict{Valid: true, Sentence: g.sentence()}
	if reasons := gateInvalid(r); len(reasons) > 0 {
		r.Verdict = Verdict{Sentence: "This measurement cannot be trusted.", Reasons: reasons}
	}
}

// advisesOnly reports whether none of the checks can fail.
func (g *Gate) advisesOnly() bool {
	return len(g.Checks) > 0 && !slices.ContainsFunc(g.Checks, func(c Check) bool { return !g.Advises(c) })
}

// outcome returns the worst outcome of the checks that count.
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

// sentence returns the reason of the first check with the outcome of the gate.
func (g *Gate) sentence() string {
	for _, c := range g.Checks {
		if g.Weighs(c) && c.Outcome == g.Outcome && (!c.kind().detail || g.Outcome == Fail) {
			return c.Reason
		}
	}
	if g.advisesOnly() {
		return "Only a warning, since the earlier result is from another machine: " + g.Checks[0].Reason
	}
	return "Nothing was measured."
}

// gateInvalid lists why the measurement cannot be trusted.
func gateInvalid(r *Result) []string {
	g := r.Gate
	reasons := errorRates(append(g.AllQuads(), g.excluded()...), "the requests")
	for _, r := range g.byRoute() {
		reasons = append(reasons, errorRates(append(r.Quads, r.Excluded...), fmt.Sprintf("the requests of %q", r.Route))...)
	}
	reasons = append(reasons, sharedErrors(errorSharesOf(append(g.AllQuads(), g.excluded()...)))...)
	reasons = append(reasons, LateAnswers(g.AllQuads(), g.Users)...)
	reasons = append(reasons, generatorBound(g.AllQuads())...)
	for _, w := range invalid(r) {
		reasons = append(reasons, w.Text)
	}
	if r.Capacity != nil && g.asksForGain() {
		reasons = append(reasons, generatorBound(r.Capacity.Quads)...)
	}
	return reasons
}

// generatorBound reports that the load generator, not a target, limited some quads.
func generatorBound(quads []Quad) []string {
	if busy, bound := GeneratorBound(quads); bound {
		return []string{fmt.Sprintf("the load generator used %s of its cores: it may have hidden a loss", unit.Percent(busy))}
	}
	return nil
}

// errorRates reports each side that gave too many wrong answers in the quads.
func errorRates(quads []Quad, what string) (reasons []string) {
	totals := Totals(quads)
	for _, name := range slices.Sorted(maps.Keys(totals)) {
		if share := ErrorShare(totals[name].Hits, totals[name].Errors); share > MaxErrors {
			reasons = append(reasons, fmt.Sprintf("%s answered %s of %s wrongly", name, unit.Percent(share), what))
		}
	}
	return reasons
}

// Warnings returns the warnings about stalls, wrong answers and excluded quads.
func (g *Gate) Warnings() []Warning {
	all := append(g.stalls(), g.Faults.Warnings("gate")...)
	if n := len(g.excluded()); n > 0 {
		all = append(all, Warning{"gate", ExcludedQuads(n)})
	}
	return all
}

func (g *Gate) stalls() (all []Warning) {
	for _, c := range g.Checks {
		if c.Spread == nil {
			continue
		}
		quads := g.AllQuads()
		all = append(all, Stalls("gate", quads[0].Candidate, quads, float64(c.Low), float64(c.High))...)
	}
	return all
}
