package bench

import (
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// warnings returns those about the gain.
func (c *capacity) warnings() []result.Warning {
	const about = "capacity.gain"
	var all []result.Warning
	warn := func(format string, args ...any) {
		all = append(all, result.Warning{About: about, Text: fmt.Sprintf(format, args...)})
	}
	for _, e := range c.plan.Candidates[1:] {
		all = append(all, c.gainWarnings(about, e.Name)...)
	}
	if asked := c.plan.Settings.Capacity.Users; c.users > 0 && c.users < asked {
		warn("%s instead of %d kept the targets busy: answers take so long that more would not be answered in time, or that the budget has no room for their turns", unit.Count(c.users, "user"), asked)
	}
	if c.excluded > 0 {
		warn("%s", result.ExcludedQuads(c.excluded))
	}
	for _, reason := range result.LateAnswers(c.quads, c.users) {
		warn("%s", reason)
	}
	if busy, bound := result.GeneratorBound(c.quads); bound {
		warn("the generator used %s of its cores: a faster target would not have shown to be faster", unit.Percent(busy))
	}
	for _, e := range c.plan.Candidates {
		x := c.totals[e.Name]
		all = append(all, newConnections(x.connections).Warnings("capacity.throughput."+e.Name, x.hits+x.errors, result.Quantile(x.latency, 0.5))...)
	}
	all = append(all, causes(c.plan.Candidates, c.totals, c.quads, c.users, c.plan.Environment.TargetCores())...)
	all = append(all, c.strays.warnings(about)...)
	all = append(all, c.faults.Warnings(about)...)
	return append(all, c.span.noise(about, c.plan.Environment.Cores)...)
}

// gainWarnings are those about the gain of one candidate.
func (c *capacity) gainWarnings(about, candidate string) (all []result.Warning) {
	warn := func(format string, args ...any) {
		all = append(all, result.Warning{About: about, Text: fmt.Sprintf(format, args...)})
	}
	g := c.estimate(candidate)
	within := c.plan.Settings.Capacity.Within
	switch h := g.HalfWidth(); {
	case g.N == 0 || h <= within:
	case h < wildest:
		warn("the interval of %s is ±%s, wider than ±%s: %s", candidate, unit.Percent(h), unit.Percent(within), c.advice(g, within))
	default:
		warn("the values of %s are too few, or differ too much, for an interval that says anything: %s", candidate, c.advice(g, within))
	}
	if g.N >= leastQuads && g.Disagree() {
		warn("Student's interval and the signed-rank interval of %s do not agree: single sessions lie far out", candidate)
	}
	if g.Sessions >= driftSessions && g.Drift > drifting {
		warn("the gain of %s differed from session to session, by %s of the variance more than the noise inside them explains: the machine's speed drifted, or starts differ; the interval allows for it", candidate, unit.Percent(g.Drift))
	}
	if g.N >= leastQuads {
		r := g.Interval.Ratios()
		all = append(all, result.Stalls(about, candidate, c.quads, r.Low, r.High)...)
	}
	return all
}

// Sessions drift if so much of the variance between at least so many of them is not
// explained inside.
const (
	driftSessions = 5
	drifting      = 0.8
)

// wildest is the half-width from which an interval says nothing.
const wildest = 10

// advice says how long it would take for the interval to be narrow enough: the
// standard error falls with the square root of the time, and Student's bound with the
// degrees of freedom.
func (c *capacity) advice(g stats.Gain, within float64) string {
	budget := c.plan.Settings.Capacity.Budget
	df := max(1, g.DF)
	se := (g.Interval.High - g.Interval.Low) / 2 / stats.StudentT(g.Level, df)
	for _, minutes := range []int{1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120} {
		longer := time.Duration(minutes) * time.Minute
		more := longer.Seconds() / max(budget, c.spent).Seconds() // sessions of slow targets may outlast the budget
		if more > 1.2 && math.Expm1(se/math.Sqrt(more)*stats.StudentT(g.Level, df*more)) <= within {
			return fmt.Sprintf("±%s needs about %s (--budget %dm)", unit.Percent(within), unit.Count(minutes, "minute"), minutes)
		}
	}
	return "hours would not narrow it enough; a quieter machine may"
}
