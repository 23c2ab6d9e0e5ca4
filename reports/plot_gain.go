package reports

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// gainFigure shows the gain in each quad, and the estimate with its interval.
func gainFigure(r *result.Result) *Figure {
	all := gains(r)
	if len(all) == 0 {
		return nil
	}
	var told []string
	lowest, highest, end := math.Inf(1), math.Inf(-1), 0.0
	for _, g := range all {
		told = append(told, fmt.Sprintf("%s has %s the throughput of %s, interval %s", g.Candidate, unit.Times(g.Ratio), r.Baseline(), intervalWords(g)))
		lowest, highest = min(lowest, ratio(g.Ratio)), max(highest, ratio(g.Ratio))
		if hasBounds(g) {
			lowest, highest = min(lowest, ratio(g.Low)), max(highest, ratio(g.High))
		}
		for _, p := range quadGains(r, g.Candidate) {
			lowest, highest, end = min(lowest, p.Y), max(highest, p.Y), max(end, p.X)
		}
	}
	return &Figure{
		Name: "gain", Title: "Gain in each quad",
		Axis:    "times the throughput of " + r.Baseline(),
		Caption: fmt.Sprintf("Each dot is one quad; the line is the estimate, the band its %s interval.", levelOf(r)),
		Alt:     alt("Gain in each quad", told),
		plot: func(width vg.Length) *plot.Plot {
			p := newPlot(timeAxis(max(end, 1)*1.02, width, "since the run began"), ratioAxis(lowest, highest))
			var names []label
			for _, g := range all {
				names = append(names, gainMarks(p, r, g)...)
			}
			p.Add(newLabels(width, names...))
			return p
		},
	}
}

// ratio is a ratio as it is drawn.
func ratio(x float64) float64 {
	if math.IsNaN(x) {
		return 1
	}
	return min(max(x, 1e-6), 1e6)
}

func quadGains(r *result.Result, candidate string) plotter.XYs {
	var points plotter.XYs
	for _, q := range r.Capacity.Quads {
		if d := q.Value(); q.Candidate == candidate && !math.IsNaN(d) {
			points = append(points, plotter.XY{X: min(max(q.At, 0), longestReplay), Y: ratio(math.Exp(d))})
		}
	}
	return points
}

// gainMarks draws one candidate and returns its labels.
func gainMarks(p *plot.Plot, r *result.Result, g result.Gain) []label {
	k := targetInk(number(r, g.Candidate))
	name := unit.Times(g.Ratio)
	if len(r.Targets) > 2 {
		name = g.Candidate + " " + name
	}
	if hasBounds(g) {
		p.Add(spread{ratio(g.Low), ratio(g.High), k.faint(0.16)})
	}
	p.Add(
		curve{plotter.XYs{{X: p.X.Min, Y: ratio(g.Ratio)}, {X: p.X.Max, Y: ratio(g.Ratio)}}, draw.LineStyle{Color: k, Width: 1.5}},
		dots{quadGains(r, g.Candidate), k},
	)
	at := func(y float64) plotter.XY { return plotter.XY{X: p.X.Max, Y: ratio(y)} }
	names := []label{{name, k, at(g.Ratio), true}}
	if len(r.Targets) == 2 && hasBounds(g) {
		names = append(names, label{unit.Times(g.High), softInk, at(g.High), false}, label{unit.Times(g.Low), softInk, at(g.Low), false})
	}
	return names
}

// ratioAxis holds ratios with some room around them: linear where they are
// near each other, by the logarithm else.
func ratioAxis(lowest, highest float64) axis {
	if highest/lowest > 4 {
		return logAxis(lowest, highest, func(x float64) string { return unit.Plain(x) + "×" })
	}
	room := max(0.15*(highest-lowest), 0.02*highest)
	a := axis{min: max(0, lowest-room), max: highest + room}
	step := roundStep((a.max - a.min) / 5)
	for i := math.Ceil(a.min / step); i*step <= a.max; i++ {
		a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: unit.Plain(i*step) + "×"})
	}
	return a
}
