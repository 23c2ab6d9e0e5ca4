package result

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// throughput is the check of the whole mix.
func (g *Gate) throughput() Check {
	d, p := finding{Decision: stats.Decision{Verdict: stats.Inconclusive, Estimate: math.NaN(), MDE: math.Inf(1), Interval: stats.Interval{Low: math.Inf(-1), High: math.Inf(1)}}}, 1.0
	if rule, err := g.Rule(); err == nil {
		d = g.Decide(rule)
		p = rule.P(d.look, g.values(d.quads))
	}
	low, high := d.Interval.Ratios().Low, d.Interval.Ratios().High
	c := Check{
		Name: ThroughputCheck, Outcome: Outcome(d.Verdict), Ratio: Float(math.Exp(d.Estimate)), Low: Float(low), High: Float(high),
		Level: 1 - 2*g.Alpha, P: Float(p), MDE: Float(d.Detectable()), Quads: d.N, Look: d.look,
	}
	if math.IsInf(d.Interval.High, 0) {
		c.Low, c.High, c.MDE = unknown, unknown, unknown
	} else {
		c.Spread = &Spread{Within: ratioBounds(d.Within), Between: ratioBounds(d.Between), ACF1: Float(d.ACF1)}
	}
	c.Reason = g.reason(c, d.Lost)
	return c
}

// Warnings are the doubts about the check of throughput, and what went wrong.
func (g *Gate) Warnings() []Warning {
	all := append(g.stalls(), g.Faults.Warnings("gate")...)
	if n := len(g.void()); n > 0 {
		all = append(all, Warning{"gate", VoidQuads(n)})
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

func ratioBounds(i stats.Interval) [2]Float {
	r := i.Ratios()
	return [2]Float{Float(r.Low), Float(r.High)}
}

// reason says a check of throughput in a sentence.
func (g *Gate) reason(c Check, lost bool) string {
	what := "Throughput"
	if c.Route != "" {
		what = fmt.Sprintf("Throughput of %q", c.Route)
	}
	found := fmt.Sprintf("it is %s of the base's, between %s and %s", share(c.Ratio), share(c.Low), share(c.High))
	switch {
	case c.Outcome == Fail:
		return fmt.Sprintf("%s was lost: %s.", what, found)
	case c.Outcome == Pass && lost:
		return fmt.Sprintf("%s was lost, but less than the %s that are allowed: %s.", what, unit.Percent(g.MaxLoss), found)
	case c.Outcome == Pass:
		return fmt.Sprintf("%s did not fall by %s: %s.", what, unit.Percent(g.MaxLoss), found)
	case !c.Low.Known() || !c.High.Known():
		return fmt.Sprintf("%s was not measured often enough to tell.", what)
	}
	if c.Route != "" && c.High < 1 {
		return fmt.Sprintf("%s seems to have fallen: %s; among so many routes that may be chance.", what, found)
	}
	return fmt.Sprintf("%s may have fallen by %s or not at all: %s; a loss of %s would have been found.", what, unit.Percent(g.MaxLoss), found, share(c.MDE))
}

// routeAlpha bounds the probability of a false alarm among all routes together.
// It is a fifth of the gate's own, so that looking at the routes too adds little
// to the alarms that it raises in error.
func (g *Gate) routeAlpha() float64 { return g.Alpha / 5 }

// routes are the checks of the single routes, with Holm's correction for their
// number. They are made once, on all data.
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
		if doubts := append(hidden(r.Quads), LateAnswers(r.Quads, g.Users)...); len(doubts) > 0 && c.Outcome == Pass {
			c.Outcome, c.Reason = Inconclusive, fmt.Sprintf("Throughput of %q cannot be told: %s.", r.Route, doubts[0])
		}
		checks = append(checks, c)
	}
	return checks
}

// route is the check of one route, whose p-value is adjusted.
func (g *Gate) route(name string, sessions [][]float64, p float64) Check {
	d, e := slices.Concat(sessions...), stats.EstimateOf(sessions, 1-2*g.routeAlpha())
	ratios := e.Interval.Ratios()
	c := Check{
		Name: RouteCheck, Route: name, Outcome: Inconclusive, Ratio: Float(e.Ratio()), Low: Float(ratios.Low), High: Float(ratios.High),
		Level: e.Level, P: Float(p), MDE: Float(-math.Expm1(-e.MDE)), Quads: len(d),
	}
	if len(d) < LeastLook { // an interval from fewer says nothing worth printing
		c.Low, c.High, c.MDE = unknown, unknown, unknown
	}
	lost := p <= g.routeAlpha()
	switch {
	case len(d) < LeastLook: // nor do they, however alike they are
	case e.Interval.Low > math.Log1p(-g.MaxLoss):
		c.Outcome = Pass
	case lost:
		c.Outcome = Fail
	}
	c.Reason = g.reason(c, lost)
	return c
}

// gainChecks ask for the gain over CGI: of a factor at least, and of an earlier
// result.
func gainChecks(r *Result) []Check {
	g := r.Gate
	if g.MinGain == 0 && g.Baseline == nil {
		return nil
	}
	if r.Capacity == nil || r.Capacity.Gain == nil {
		return []Check{undecided(GainCheck, "The gain over CGI was not measured.")}
	}
	now := r.Capacity.Gain
	var checks []Check
	if g.MinGain > 0 {
		checks = append(checks, minGain(now, g.MinGain))
	}
	if g.Baseline != nil {
		checks = append(checks, keptGain(now, g.Baseline.Gain, g.MaxLoss))
	}
	return checks
}

var unknown = Float(math.NaN())

// undecided is a check of which nothing was measured.
func undecided(name, reason string) Check {
	return Check{Name: name, Outcome: Inconclusive, Ratio: unknown, Low: unknown, High: unknown, P: unknown, MDE: unknown, Reason: reason}
}

// unmeasured are the checks of routes whose turn did not come.
func (g *Gate) unmeasured(routes []string) (checks []Check) {
	measured := g.byRoute()
	for _, name := range routes {
		if len(routes) < 2 || slices.ContainsFunc(measured, func(q RouteQuads) bool { return q.Route == name }) {
			continue
		}
		why := "the budget has no room for it"
		if !g.Spent {
			why = "the gate had decided before its turn came"
		}
		c := undecided(RouteCheck, fmt.Sprintf("Throughput of %q was not measured: %s.", name, why))
		c.Route = name
		checks = append(checks, c)
	}
	return checks
}

func minGain(now *Gain, least float64) Check {
	c := Check{
		Name: GainCheck, Ratio: Float(now.Ratio), Low: Float(now.Low), High: Float(now.High), Level: now.Level, P: unknown, MDE: Float(now.MDE), Quads: now.Quads,
	}
	found := fmt.Sprintf("%s×, between %s× and %s×", unit.Times(now.Ratio), unit.Times(now.Low), unit.Times(now.High))
	if !now.Bounded() {
		found = unit.Times(now.Ratio) + "×, in too few quads for an interval"
	}
	switch {
	case now.Low >= least:
		c.Outcome, c.Reason = Pass, fmt.Sprintf("The gain over CGI is at least %s×: %s.", unit.Times(least), found)
	case now.High < least:
		c.Outcome, c.Reason = Fail, fmt.Sprintf("The gain over CGI is less than %s×: %s.", unit.Times(least), found)
	default:
		c.Outcome, c.Reason = Inconclusive, fmt.Sprintf("The gain over CGI may be %s× or less: %s.", unit.Times(least), found)
	}
	return c
}

// keptGain compares two gains, each with its own uncertainty: logarithms of
// independent ratios subtract, and their half-widths add in squares.
func keptGain(now *Gain, then Gain, maxLoss float64) Check {
	alone := math.Log(now.High/now.Low) / 2
	half := math.Hypot(alone, math.Log(then.High/then.Low)/2)
	mde := math.Log1p(now.MDE) * half / alone
	d := math.Log(now.Ratio / then.Ratio)
	c := Check{
		Name: BaselineCheck, Ratio: Float(math.Exp(d)), Low: Float(math.Exp(d - half)), High: Float(math.Exp(d + half)),
		Level: now.Level, P: unknown, MDE: Float(-math.Expm1(-mde)), Quads: now.Quads,
	}
	found := fmt.Sprintf("%s× now and %s× then, a ratio of %s between %s and %s", unit.Times(now.Ratio), unit.Times(then.Ratio), share(c.Ratio), share(c.Low), share(c.High))
	switch {
	case d-half > math.Log1p(-maxLoss):
		c.Outcome, c.Reason = Pass, fmt.Sprintf("The gain over CGI was kept: %s.", found)
	case d+half < 0:
		c.Outcome, c.Reason = Fail, fmt.Sprintf("The gain over CGI has fallen: %s.", found)
	default:
		c.Outcome, c.Reason = Inconclusive, fmt.Sprintf("The gain over CGI may have fallen by %s or not at all: %s.", unit.Percent(maxLoss), found)
	}
	return c
}

// objectiveChecks ask whether the objective holds at the rate that was offered.
func objectiveChecks(r *Result) []Check {
	if r.Gate.Objective == "" {
		return nil
	}
	c := undecided(ObjectiveCheck, "The objective's rate was not offered to the end.")
	if r.Replay == nil || len(r.Replay.Trials) == 0 || len(r.Replay.Trials[0].Stages) == 0 || r.Partial != "" {
		return []Check{c}
	}
	s, o := r.Replay.Trials[0].Stages[0], r.Scenario.Objective
	failed := errorShare(s.Hits, s.Errors) > o.Errors
	if !s.Latency.P95.Known() && !failed {
		return []Check{undecided(ObjectiveCheck, fewHits(r.Gate.Objective, s))}
	}
	words := fmt.Sprintf("at %s, %s and errors were %s of at most %s",
		r.Gate.Objective, p95Was(s.Latency, o), unit.Percent(errorShare(s.Hits, s.Errors)), unit.Percent(o.Errors))
	if s.Meets && !failed {
		c.Outcome, c.Reason = Pass, "The objective was met: "+words+"."
	} else {
		c.Outcome, c.Reason = Fail, "The objective was missed: "+words+"."
	}
	return []Check{c}
}

func p95Was(l Latency, o Objective) string {
	if !l.P95.Known() {
		return "p95 is not known"
	}
	return fmt.Sprintf("p95 was %s of at most %s", unit.Seconds(float64(l.P95)), unit.Seconds(o.P95))
}

// P95Hits is how many right answers a p95 takes.
const P95Hits = 200

// fewHits says how long a rate has to be offered until a p95 is known.
func fewHits(rate string, s StageResult) string {
	if s.OfferedRPS <= 0 {
		return fmt.Sprintf("At %s there was no hit.", rate)
	}
	long := time.Duration(math.Ceil(1.2*P95Hits/s.OfferedRPS/60)) * time.Minute
	return fmt.Sprintf("At %s there were too few right answers for a p95, %d of %d: a longer --budget offers it for longer, and one of %d min would suffice.",
		rate, s.Hits, P95Hits, int(long.Minutes()))
}

// SoFar says what was found until now.
func (g *Gate) SoFar(rule stats.Gate) string {
	d := g.Decide(rule)
	if !(d.Interval.High-d.Interval.Low < math.Log(10)) { // or not known at all
		return "first blocks"
	}
	r := d.Interval.Ratios()
	return fmt.Sprintf("quad %d, head carries %s of base (%s to %s)", d.N, share(Float(math.Exp(d.Estimate))), share(Float(r.Low)), share(Float(r.High)))
}

// share prints a ratio as a percentage with one digit behind the point.
func share(f Float) string {
	if !f.Known() {
		return "an unknown share"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(f))
}
