package bench

import (
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// warnings returns the warnings about the gain.
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
		warn("%s instead of %d kept the targets busy: with more, answers would take too long, or their turns would not fit into the budget", unit.Count(c.users, "user"), asked)
	}
	if c.excluded > 0 {
		warn("%s", result.ExcludedQuads(c.excluded))
	}
	if busy, bound := result.GeneratorBound(c.quads); bound {
		warn("the generator used %s of its cores: a faster target could not have been measured", unit.Percent(busy))
	}
	all = append(all, causes(c.plan.Candidates, c.totals, c.quads, c.users, c.plan.Environment.TargetCores())...)
	all = append(all, c.strays.warnings(about)...)
	all = append(all, c.faults.Warnings(about)...)
	return append(all, c.span.noise(about, c.plan.Environment.Cores)...)
}

// gainWarnings returns the warnings about the gain of one candidate.
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
		warn("the values of %s are too few, or differ too much, for a useful interval: %s", candidate, c.advice(g, within))
	}
	if g.N >= leastQuads && g.Disagree() {
		warn("Student's interval and the signed-rank interval of %s do not agree: single sessions are outliers", candidate)
	}
	if g.Sessions >= driftSessions && g.Drift > drifting {
		warn("the gain of %s differed from session to session, and the noise inside sessions does not explain %s of the variance: the machine's speed drifted, or starts differ; the interval allows for it", candidate, unit.Percent(g.Drift))
	}
	if g.N >= leastQuads {
		r := g.Interval.Ratios()
		all = append(all, result.Stalls(about, candidate, c.quads, r.Low, r.High)...)
	}
	return all
}

// Sessions drift if the noise inside them leaves more than this share of the variance between
// them unexplained. That needs at least driftSessions.
const (
	driftSessions = 5
	drifting      = 0.8
)

// wildest is the half-width at which an interval becomes useless.
const wildest = 10

// advice estimates the budget that makes the interval narrow enough: the standard error falls
// with the square root of the time, and Student's bound with the degrees of freedom.
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
