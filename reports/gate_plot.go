package reports

import (
	"math"
	"slices"
	"strconv"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// gateFigure shows how a gate came to its answer, quad by quad.
func gateFigure(r *result.Result) *Figure {
	p := gateProgress(r.Gate)
	if len(p.estimate) == 0 {
		return nil
	}
	limits := gateLimits(r.Gate)
	return &Figure{
		Name: "gate", Title: "How the gate decided",
		Axis:    "times the throughput of the base",
		Caption: "The line is the estimate after each quad, the band the bounds that the next look would have set; the bars are the looks that there were (with an arrow where one goes on). Each dot is a session by itself, between two restarts.",
		Alt:     "How the gate decided, quad by quad. " + r.Verdict.Sentence,
		plot: func(width vg.Length) *plot.Plot {
			out := newPlot(quadAxis(int(p.estimate[len(p.estimate)-1].X), width), p.axis(limits))
			out.Add(band{p.low, p.high, targetInk(1).faint(0.14)})
			names := limitMarks(out, limits)
			names = append(names, p.marks(out)...)
			out.Add(newLabels(width, names...))
			return out
		},
	}
}

// A limit is a ratio that the bounds have to leave on one side.
type limit struct {
	at   float64
	name string
	ink  ink
}

// gateLimits are the ratios about which the gate decides.
func gateLimits(g *result.Gate) []limit {
	return []limit{{1, "no change", softInk}, {ratio(1 - g.MaxLoss), unit.Percent(g.MaxLoss) + " loss", badInk}}
}

func limitMarks(p *plot.Plot, limits []limit) []label {
	var names []label
	for _, l := range limits {
		p.Add(curve{plotter.XYs{{X: p.X.Min, Y: l.at}, {X: p.X.Max, Y: l.at}}, light(l.ink)})
		names = append(names, label{l.name, l.ink, plotter.XY{X: p.X.Max, Y: l.at}, false})
	}
	return names
}

// marks draws the sessions, the estimate and the looks.
func (all progress) marks(p *plot.Plot) []label {
	k := targetInk(1)
	p.Add(dots{all.sessions, k.faint(0.4)}, curve{all.estimate, heavy(k)})
	for _, i := range all.looks {
		p.Add(whisker{all.estimate[i].X, all.low[i].Y, all.high[i].Y, k})
	}
	last := all.estimate[len(all.estimate)-1]
	return []label{{ratioText(result.Float(last.Y)) + "×", k, last, true}}
}

// A whisker is an interval that stands upright, with a foot at each end that is in the
// plot, and an arrow where it goes on beyond.
type whisker struct {
	at, low, high float64
	ink           ink
}

// Plot implements plot.Plotter.
func (b whisker) Plot(c draw.Canvas, p *plot.Plot) {
	x, low, high := c.X(p.X.Norm(b.at)), c.Y(p.Y.Norm(b.low)), c.Y(p.Y.Norm(b.high))
	style := draw.LineStyle{Color: b.ink, Width: 1.5}
	if high < c.Min.Y || low > c.Max.Y {
		return
	}
	c.StrokeLine2(style, x, max(low, c.Min.Y), x, min(high, c.Max.Y))
	for _, y := range []vg.Length{low, high} {
		if c.ContainsY(y) {
			c.StrokeLine2(style, x-3.5, y, x+3.5, y)
		}
	}
	goesOn(c, style, x, low, high)
}

// goesOn draws an arrow at each end of an upright line that is cut off by the plot.
func goesOn(c draw.Canvas, style draw.LineStyle, x, low, high vg.Length) {
	const size = 3.5
	if low < c.Min.Y-0.5 {
		c.StrokeLines(style, []vg.Point{{X: x - size, Y: c.Min.Y + size}, {X: x, Y: c.Min.Y}, {X: x + size, Y: c.Min.Y + size}})
	}
	if high > c.Max.Y+0.5 {
		c.StrokeLines(style, []vg.Point{{X: x - size, Y: c.Max.Y - size}, {X: x, Y: c.Max.Y}, {X: x + size, Y: c.Max.Y - size}})
	}
}

// axis holds all sessions, the limits, and the bounds of the last look, which decided;
// those of the looks before as far as they leave room for the others.
func (all progress) axis(limits []limit) axis {
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
	return ratioAxis(lowest, highest)
}

// quadAxis counts quads.
func quadAxis(quads int, width vg.Length) axis {
	a := axis{min: 0, max: float64(quads) * 1.02, label: "quads measured"}
	step := max(1, roundStep(float64(quads)/math.Max(2, float64(width)/60)))
	for x := 0.0; x <= float64(quads); x += step {
		a.ticks = append(a.ticks, plot.Tick{Value: x, Label: strconv.Itoa(int(x))})
	}
	return a
}
