package gate

import (
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// factsOf returns the facts that are necessary to repeat the measurement.
func factsOf(r *result.Result) table.Facts {
	g := r.Gate
	base, head := sides(r)
	all := table.Facts{{Term: "Base", Text: base}, {Term: "Head", Text: head}, {Term: "Rule", Text: rule(g)}}
	for _, c := range g.Checks {
		if c.Spread != nil {
			all = append(all, table.Fact{Term: "Uncertainty", Text: spreadText(c.Spread)})
		}
	}
	if g.MinGain > 0 {
		all = append(all, table.Fact{Term: "Required gain", Text: "at least " + unit.Times(g.MinGain) + " the throughput of CGI"})
	}
	if b := g.Baseline; b != nil {
		all = append(all, table.Fact{Term: "Earlier result", Text: fmt.Sprintf("gain %s (%s to %s), measured %s", unit.Times(b.Gain.Ratio), unit.Times(b.Gain.Low), unit.Times(b.Gain.High), b.Began), Code: b.Path})
	}
	if g.Objective != "" {
		all = append(all, table.Fact{Term: "Rate offered", Text: g.Objective})
	}
	return slices.DeleteFunc(append(all, facts.Of(r)...), func(f table.Fact) bool { return f.Text == "" && f.Code == "" })
}

// spreadText describes the two intervals that the bounds of the ratio come from.
func spreadText(s *result.Spread) string {
	return fmt.Sprintf("within sessions %s to %s, between them %s to %s, the wider one counts; autocorrelation of neighbouring quads %s",
		ratioText(s.Within[0]), ratioText(s.Within[1]), ratioText(s.Between[0]), ratioText(s.Between[1]), unit.Fixed(float64(s.ACF1), 2))
}

// rule describes when a comparison of throughput passes and fails.
func rule(g *result.Gate) string {
	if g.Looks == 0 {
		return ""
	}
	return fmt.Sprintf("pass once a loss of %s is ruled out, fail once a loss is shown, each wrong in at most %s of all runs; a look after each %s, at most %s (O'Brien–Fleming)",
		unit.Percent(g.MaxLoss), unit.Percent(g.Alpha), unit.Count(g.Quads, "quad"), unit.Count(g.Looks, "look"))
}
