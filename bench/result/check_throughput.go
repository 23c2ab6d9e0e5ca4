package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// ThroughputCheck is the name of the check of the throughput of the whole mix.
const ThroughputCheck = "throughput"

var throughputCheck = checkKind{
	name: ThroughputCheck,
	judge: func(r *Result) []Check {
		if len(r.Gate.Sessions) == 0 {
			return nil
		}
		return []Check{r.Gate.throughput()}
	},
	effect:  "a loss",
	seconds: func(r *Result, _ Check) float64 { return secondsOf(r.Gate.AllQuads()) },
}

// Throughput returns the check of the whole mix; ok is false if there is none.
func (g *Gate) Throughput() (c Check, ok bool) {
	for _, c := range g.Checks {
		if c.Name == ThroughputCheck {
			return c, true
		}
	}
	return c, false
}

// throughput returns the check of the whole mix.
func (g *Gate) throughput() Check {
	d, p := finding{Decision: stats.Decision{Verdict: stats.Inconclusive, Estimate: math.NaN(), MDE: math.Inf(1), Interval: stats.Interval{Low: math.Inf(-1), High: math.Inf(1)}}}, 1.0
	if rule, err := g.Rule(); err == nil {
		d = g.Decide(rule)
		p = rule.P(d.look, g.values(d.quads))
	}
	low, high := d.Interval.Ratios().Low, d.Interval.Ratios().High
	c := Check{
		Name: ThroughputCheck, Outcome: d.Verdict, Ratio: Float(math.Exp(d.Estimate)), Low: Float(low), High: Float(high),
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

// reason describes the outcome of a check of throughput in a sentence.
func (g *Gate) reason(c Check, lost bool) string {
	what := "Throughput"
	if c.Route != "" {
		what = fmt.Sprintf("Throughput of %q", c.Route)
	}
	found := fmt.Sprintf("it is %s of the base's, between %s and %s", unit.Percent(float64(c.Ratio)), unit.Percent(float64(c.Low)), unit.Percent(float64(c.High)))
	switch {
	case c.Outcome == Fail:
		return fmt.Sprintf("%s was lost: %s.", what, found)
	case c.Outcome == Pass && lost:
		return fmt.Sprintf("%s was lost, but less than the %s that are allowed: %s.", what, unit.Percent(g.MaxLoss), found)
	case c.Outcome == Pass:
		return fmt.Sprintf("%s did not fall by %s: %s.", what, unit.Percent(g.MaxLoss), found)
	case !c.Low.Known() || !c.High.Known():
		return fmt.Sprintf("%s was not measured often enough for a decision.", what)
	}
	if c.Route != "" && c.High < 1 {
		return fmt.Sprintf("%s seems to have fallen: %s; with so many routes, this may be chance.", what, found)
	}
	return fmt.Sprintf("%s may have fallen by %s or not at all: %s; a loss of %s would have been found.", what, unit.Percent(g.MaxLoss), found, unit.Percent(float64(c.MDE)))
}
