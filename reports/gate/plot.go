package gate

import (
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/palette"
)

// figure shows how a gate reached its decision, quad by quad.
func figure(r *result.Result) *chart.Figure {
	p := progressOf(r.Gate)
	if len(p.estimate) == 0 {
		return nil
	}
	limits := limits(r.Gate)
	return &chart.Figure{
		Name: "gate", Title: "How the gate decided",
		Axis:    "times the throughput of the base",
		Caption: "The line is the estimate after each quad; the band is the bounds that the next look would set on these data. The bars are the looks that the gate made, with an arrow if a bar exceeds the plot. Each dot is one session, between two restarts.",
		Alt:     "How the gate decided, quad by quad. " + r.Verdict.Sentence,
		Plot: func(width chart.Length) *chart.Plot {
			out := chart.New(chart.CountAxis(int(p.estimate[len(p.estimate)-1].X), width, "quads measured"), p.axis(limits))
			out.Add(chart.Band{Low: p.low, High: p.high, Ink: palette.Target(1).Faint(0.14)})
			names := limitMarks(out, limits)
			names = append(names, p.marks(out)...)
			out.Add(chart.NewLabels(width, names...))
			return out
		},
	}
}

// A limit is a ratio that the bounds have to exclude for a decision.
type limit struct {
	at   float64
	name string
	ink  palette.Ink
}

// limits returns the limits of the gate's decision.
func limits(g *result.Gate) []limit {
	return []limit{{1, "no change", palette.Soft}, {chart.Ratio(1 - g.MaxLoss), unit.Percent(g.MaxLoss) + " loss", palette.Bad}}
}

func limitMarks(p *chart.Plot, limits []limit) []chart.Label {
	var names []chart.Label
	for _, l := range limits {
		p.Add(chart.Level(p, l.at, chart.Light(l.ink)))
		names = append(names, chart.Label{Text: l.name, Ink: l.ink, At: chart.Point{X: p.X.Max, Y: l.at}})
	}
	return names
}

// marks draws the sessions, the estimate and the looks.
func (all progress) marks(p *chart.Plot) []chart.Label {
	k := palette.Target(1)
	p.Add(chart.Dots{Points: all.sessions, Ink: k.Faint(0.4)}, chart.Curve{Points: all.estimate, Style: chart.Heavy(k)})
	for _, i := range all.looks {
		p.Add(chart.Whisker{At: all.estimate[i].X, Low: all.low[i].Y, High: all.high[i].Y, Ink: k})
	}
	last := all.estimate[len(all.estimate)-1]
	return []chart.Label{{Text: ratioText(result.Float(last.Y)) + "×", Ink: k, At: last, Bold: true}}
}

// axis covers all sessions, the limits, and the bounds of the last look, which decided. It
// covers the bounds of earlier looks only if that leaves room for the others.
func (all progress) axis(limits []limit) chart.Axis {
	last := len(all.low) - 1
	lowest, highest := all.estimate[last].Y, all.estimate[last].Y
	see := func(y float64) { lowest, highest = min(lowest, y), max(highest, y) }
	for _, q := range all.sessions {
		see(q.Y)
	}
	for _, l := range limits {
		see(l.at)
	}
	see(all.low[last].Y)
	see(all.high[last].Y)
	for _, i := range slices.Backward(all.looks) {
		if all.high[i].Y/all.low[i].Y < math.Pow(highest/lowest, 2) {
			see(all.low[i].Y)
			see(all.high[i].Y)
		}
	}
	return chart.RatioAxis(lowest, highest)
}
