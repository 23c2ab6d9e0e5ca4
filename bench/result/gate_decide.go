package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// A finding is a decision and the look at which it was reached, at so many quads.
type finding struct {
	stats.Decision
	look, quads int
}

// Rule is the test that the gate decides by.
func (g *Gate) Rule() (stats.Gate, error) { return stats.NewGate(g.Looks, g.Alpha, g.MaxLoss) }

// Decide looks at the data as it was looked at while they came in, and says at
// which look it was decided.
func (g *Gate) Decide(rule stats.Gate) finding {
	at := func(look, quads int) finding { return finding{rule.Decide(look, g.values(quads)), look, quads} }
	all, look := g.Count(), 1
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

// A Moment is what a gate knew after a quad: what it would have decided, had it
// looked, and whether it did.
type Moment struct {
	stats.Decision
	Quads  int // so far
	Looked bool
}

// Moments are what the gate knew after each quad, of the first most.
func (g *Gate) Moments(most int) []Moment {
	rule, err := g.Rule()
	if err != nil || g.Quads < 1 {
		return nil
	}
	all := g.values(g.Count())
	var moments []Moment
	for n := 1; n <= min(g.Count(), most); n++ {
		look, looked := g.lookAt(n)
		moments = append(moments, Moment{rule.Decide(look, firstOf(all, n)), n, looked})
	}
	return moments
}

// lookAt is the look that came after so many quads, or else the next to come.
func (g *Gate) lookAt(quads int) (look int, looked bool) {
	if g.Spent && quads == g.Count() {
		return g.Looks, true
	}
	return min((quads+g.Quads-1)/g.Quads, g.Looks), quads%g.Quads == 0 && quads/g.Quads < g.Looks
}

// SoFar says what was found until now.
func (g *Gate) SoFar(rule stats.Gate) string {
	d := g.Decide(rule)
	if !(d.Interval.High-d.Interval.Low < math.Log(10)) { // or not known at all
		return "first blocks"
	}
	r := d.Interval.Ratios()
	return fmt.Sprintf("quad %d, head carries %s of base (%s to %s)", d.N, unit.Percent(math.Exp(d.Estimate)), unit.Percent(r.Low), unit.Percent(r.High))
}
