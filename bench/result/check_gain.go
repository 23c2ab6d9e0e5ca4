package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// GainCheck is the name of the check that the gain over CGI is large enough.
const GainCheck = "gain"

var gainCheck = checkKind{
	name: GainCheck,
	judge: func(r *Result) []Check {
		switch {
		case !r.Gate.asksForGain():
			return nil
		case !r.hasGain():
			return []Check{undecided(GainCheck, "The gain over CGI was not measured.")}
		case r.Gate.MinGain == 0:
			return nil
		}
		return []Check{minGain(r.Capacity.Gain, r.Gate.MinGain)}
	},
	effect: "a difference",
	hint:   "give the gate more time with --budget, require less with --min-gain",
	seconds: func(r *Result, _ Check) float64 {
		if r.Capacity == nil {
			return 0
		}
		return r.Capacity.Seconds
	},
}

// asksForGain reports whether a check of the gate needs the gain over CGI.
func (g *Gate) asksForGain() bool { return g.MinGain > 0 || g.Baseline != nil }

func (r *Result) hasGain() bool { return r.Capacity != nil && r.Capacity.Gain != nil }

func minGain(now *Gain, least float64) Check {
	c := Check{
		Name: GainCheck, Ratio: Float(now.Ratio), Low: Float(now.Low), High: Float(now.High), Level: now.Level, P: unknown, MDE: Float(now.MDE), Quads: now.Quads,
	}
	found := fmt.Sprintf("%s, between %s and %s", unit.Times(now.Ratio), unit.Times(now.Low), unit.Times(now.High))
	if !now.Bounded() {
		found = unit.Times(now.Ratio) + ", in too few quads for an interval"
	}
	switch {
	case now.Low >= least:
		c.Outcome, c.Reason = Pass, fmt.Sprintf("The gain over CGI is at least %s: %s.", unit.Times(least), found)
	case now.High < least:
		c.Outcome, c.Reason = Fail, fmt.Sprintf("The gain over CGI is less than %s: %s.", unit.Times(least), found)
	default:
		c.Outcome, c.Reason = Inconclusive, fmt.Sprintf("The gain over CGI may be %s or less: %s.", unit.Times(least), found)
	}
	return c
}
