package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/internal/unit"
)

// BaselineCheck is the name of the check that the gain over CGI of an earlier result is kept.
const BaselineCheck = "baseline"

var baselineCheck = checkKind{
	name: BaselineCheck,
	judge: func(r *Result) []Check {
		if r.Gate.Baseline == nil || !r.hasGain() {
			return nil
		}
		return []Check{keptGain(r.Capacity.Gain, r.Gate.Baseline.Gain, r.Gate.MaxLoss)}
	},
	effect:   "a loss",
	advisory: func(g *Gate) bool { return g.Advisory },
}

// keptGain compares two gains with intervals. The logarithms of independent ratios are
// subtracted, and the squares of their half-widths are added.
func keptGain(now *Gain, then Gain, maxLoss float64) Check {
	alone := math.Log(now.High/now.Low) / 2
	half := math.Hypot(alone, math.Log(then.High/then.Low)/2)
	mde := math.Log1p(now.MDE) * half / alone
	d := math.Log(now.Ratio / then.Ratio)
	c := Check{
		Name: BaselineCheck, Ratio: Float(math.Exp(d)), Low: Float(math.Exp(d - half)), High: Float(math.Exp(d + half)),
		Level: now.Level, P: unknown, MDE: Float(-math.Expm1(-mde)), Quads: now.Quads,
	}
	found := fmt.Sprintf("%s now and %s then, a ratio of %s between %s and %s", unit.Times(now.Ratio), unit.Times(then.Ratio), unit.Percent(float64(c.Ratio)), unit.Percent(float64(c.Low)), unit.Percent(float64(c.High)))
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
