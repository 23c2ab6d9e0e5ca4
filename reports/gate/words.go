package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// word returns the first word of a gate's verdict. An invalid measurement has neither
// passed nor failed.
func word(r *result.Result) string {
	if !r.Verdict.Valid {
		return "INVALID"
	}
	return strings.ToUpper(string(r.Gate.Outcome))
}

// sides describes the two sides of the comparison.
func sides(r *result.Result) (base, head string) {
	base, head = r.Gate.Base, r.Gate.Head
	if base == "" {
		base = r.Targets[0].Name
	}
	if head == "" {
		head = r.Targets[len(r.Targets)-1].Name
	}
	return base, head
}

// ratioText formats a ratio with three decimals, since a gate decides on the second one:
// 0.985, 1.004. From ten on it has three digits.
func ratioText(f result.Float) string {
	switch {
	case !f.Known():
		return unit.Unknown
	case f < 10:
		return unit.Fixed(float64(f), 3)
	}
	return unit.Number(float64(f))
}

// bounded reports whether the ratio has useful bounds. Without enough data they are 0 and
// infinity.
func bounded(c result.Check) bool { return c.Low > 0 && c.High.Known() }

// boundsText prints the bounds of a check's ratio.
func boundsText(c result.Check) string {
	if !bounded(c) {
		return unit.Unknown
	}
	return ratioText(c.Low) + " to " + ratioText(c.High)
}

func levelText(c result.Check) string {
	if c.Level <= 0 {
		return ""
	}
	return unit.Percent(c.Level)
}

// pText prints a p-value.
func pText(f result.Float) string {
	switch {
	case !f.Known():
		return unit.Unknown
	case f < 0.001:
		return "<0.001"
	}
	return unit.Fixed(float64(f), 3)
}

// mdeSentence describes the smallest loss that the gate detects. It is always printed,
// since a pass means little if that loss is large.
func mdeSentence(g *result.Gate) string {
	for _, c := range g.Checks {
		if unit.Effect(float64(c.MDE)) == unit.Unknown || c.Effect() == "" {
			continue
		}
		return fmt.Sprintf("Minimum detectable effect (%s): %s of %s, found with 80%% power.", c.Title(), c.Effect(), unit.Effect(float64(c.MDE)))
	}
	if len(g.Checks) > 0 && !slices.ContainsFunc(g.Checks, func(c result.Check) bool { return c.Effect() != "" }) {
		return ""
	}
	return "Minimum detectable effect: unknown, since too few quads were measured. A longer --budget measures more."
}

// effort describes the amount of measurement in a sentence.
func effort(r *result.Result) string {
	var parts []string
	if n := len(r.Gate.Sessions); n > 0 {
		parts = append(parts, unit.Count(r.Gate.Count(), "quad")+" in "+unit.Count(n, "session"))
	}
	if look := lastLook(r.Gate); look > 0 {
		parts = append(parts, fmt.Sprintf("look %d of at most %d", look, r.Gate.Looks))
	}
	text := unit.Duration(r.Seconds)
	if r.Gate.Budget > 0 {
		text += " (budget " + unit.Span(r.Gate.Budget) + ")"
	}
	return "Measured: " + strings.Join(append(parts, text), ", ") + "."
}

// lastLook returns the number of the deciding look.
func lastLook(g *result.Gate) int {
	last := 0
	for _, c := range g.Checks {
		last = max(last, c.Look)
	}
	return last
}
