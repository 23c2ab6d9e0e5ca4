package reports

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// gainFigure shows the gain in each quad, and the estimate with its interval.
func gainFigure(r *result.Result) *chart.Figure {
	all := gains(r)
	if len(all) == 0 {
		return nil
	}
	var told []string
	lowest, highest, end := math.Inf(1), math.Inf(-1), 0.0
	for _, g := range all {
		told = append(told, fmt.Sprintf("%s has %s the throughput of %s, interval %s", g.Candidate, unit.Times(g.Ratio), r.Baseline(), intervalWords(g)))
		lowest, highest = min(lowest, chart.Ratio(g.Ratio)), max(highest, chart.Ratio(g.Ratio))
		if g.Bounded() {
			lowest, highest = min(lowest, chart.Ratio(g.Low)), max(highest, chart.Ratio(g.High))
		}
		for _, p := range quadGains(r, g.Candidate) {
			lowest, highest, end = min(lowest, p.Y), max(highest, p.Y), max(end, p.X)
		}
	}
	return &chart.Figure{
		Name: "gain", Title: "Gain in each quad",
		Axis:    "times the throughput of " + r.Baseline(),
		Caption: fmt.Sprintf("Each dot is one quad. The line is the estimate; the band is its %s interval.", levelOf(r)),
		Alt:     chart.Alt("Gain in each quad", told),
		Plot: func(width chart.Length) *chart.Plot {
			p := chart.New(chart.TimeAxis(max(end, 1)*1.02, width, "since the run began"), chart.RatioAxis(lowest, highest))
			var names []chart.Label
			for _, g := range all {
				names = append(names, gainMarks(p, r, g)...)
			}
			p.Add(chart.NewLabels(width, names...))
			return p
		},
	}
}

func quadGains(r *result.Result, candidate string) chart.Points {
	var points chart.Points
	for _, q := range r.Capacity.Quads {
		if d := q.Value(); q.Candidate == candidate && !math.IsNaN(d) {
			points = append(points, chart.Point{X: min(max(q.At, 0), longestReplay), Y: chart.Ratio(math.Exp(d))})
		}
	}
	return points
}

// gainMarks draws one candidate and returns its labels.
func gainMarks(p *chart.Plot, r *result.Result, g result.Gain) []chart.Label {
	k := palette.Target(facts.Index(r, g.Candidate))
	name := unit.Times(g.Ratio)
	if len(r.Targets) > 2 {
		name = g.Candidate + " " + name
	}
	if g.Bounded() {
		p.Add(chart.Spread{Low: chart.Ratio(g.Low), High: chart.Ratio(g.High), Ink: k.Faint(0.16)})
	}
	p.Add(
		chart.Level(p, chart.Ratio(g.Ratio), chart.Line{Color: k, Width: 1.5}),
		chart.Dots{Points: quadGains(r, g.Candidate), Ink: k},
	)
	at := func(y float64) chart.Point { return chart.Point{X: p.X.Max, Y: chart.Ratio(y)} }
	names := []chart.Label{{Text: name, Ink: k, At: at(g.Ratio), Bold: true}}
	if len(r.Targets) == 2 && g.Bounded() {
		names = append(names, chart.Label{Text: unit.Times(g.High), Ink: palette.Soft, At: at(g.High)}, chart.Label{Text: unit.Times(g.Low), Ink: palette.Soft, At: at(g.Low)})
	}
	return names
}
