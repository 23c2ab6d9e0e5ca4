package chart

import (
	"github.com/classibench/classibench/reports/internal/palette"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Whisker is a vertical interval with a foot at each end that is inside of the plot, and an
// arrow at each end that is outside.
type Whisker struct {
	At, Low, High float64
	Ink           palette.Ink
}

// Plot implements plot.Plotter.
func (b Whisker) Plot(c draw.Canvas, p *Plot) {
	x, low, high := c.X(p.X.Norm(b.At)), c.Y(p.Y.Norm(b.Low)), c.Y(p.Y.Norm(b.High))
	style := Line{Color: b.Ink, Width: 1.5}
	if high < c.Min.Y || low > c.Max.Y {
		return
	}
	c.StrokeLine2(style, x, max(low, c.Min.Y), x, min(high, c.Max.Y))
	for _, y := range []Length{low, high} {
		if c.ContainsY(y) {
			c.StrokeLine2(style, x-3.5, y, x+3.5, y)
		}
	}
	goesOn(c, style, x, low, high)
}

// goesOn draws an arrow at each end at which the plot cuts off a vertical line.
func goesOn(c draw.Canvas, style Line, x, low, high Length) {
	const size = 3.5
	if low < c.Min.Y-0.5 {
		c.StrokeLines(style, []vg.Point{{X: x - size, Y: c.Min.Y + size}, {X: x, Y: c.Min.Y}, {X: x + size, Y: c.Min.Y + size}})
	}
	if high > c.Max.Y+0.5 {
		c.StrokeLines(style, []vg.Point{{X: x - size, Y: c.Max.Y - size}, {X: x, Y: c.Max.Y}, {X: x + size, Y: c.Max.Y - size}})
	}
}
