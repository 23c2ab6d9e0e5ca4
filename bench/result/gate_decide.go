package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// A finding is a decision, with the number of the look and of the quads at it.
type finding struct {
	stats.Decision
	look, quads int
}

// Rule returns the statistical test of the gate.
func (g *Gate) Rule() (stats.Gate, error) { return stats.NewGate(g.Looks, g.Alpha, g.MaxLoss) }

// Decide repeats the looks that the gate made during the measurement, and returns the
// decision.
func (g *Gate) Decide(rule stats.Gate) finding {
	at := func(look, quads int) finding { return finding{rule.Decide(look, g.values(quads)), look, quads} }
	all, look := g.Count(), 1
	for ; g.Quads > 0 && look < g.Looks && look*g.Quads <= all; look++ {
		if f := at(look, look*g.Quads); f.Stop {
			return f
		}
	}
	if g.Spent {
		return at(g.Looks, all) // the last look comes when the budget is spent
	}
	// There is no decision between two looks.
	f := at(max(1, look-1), all)
	f.Verdict, f.Stop, f.look = stats.Inconclusive, false, look-1
	return f
}

// A Moment is the state of a gate after a quad: the decision that a look at this moment
// gives, and whether the gate made that look.
type Moment struct {
	stats.Decision
	Quads  int // number so far
	Looked bool
}

// Moments returns the state of the gate after each of the first quads, at most so many.
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

// lookAt returns the look after so many quads, or the next one if there was none.
func (g *Gate) lookAt(quads int) (look int, looked bool) {
	if g.Spent && quads == g.Count() {
		return g.Looks, true
	}
	return min((quads+g.Quads-1)/g.Quads, g.Looks), quads%g.Quads == 0 && quads/g.Quads < g.Looks
}

// SoFar describes the state of the measurement in a few words.
func (g *Gate) SoFar(rule stats.Gate) string {
	d := g.Decide(rule)
	if !(d.Interval.High-d.Interval.Low < math.Log(10)) { // or unknown
		return "first blocks"
	}
	r := d.Interval.Ratios()
	return fmt.Sprintf("quad %d, head carries %s of base (%s to %s)", d.N, unit.Percent(math.Exp(d.Estimate)), unit.Percent(r.Low), unit.Percent(r.High))
}
