package chart

import (
	"github.com/classibench/classibench/reports/internal/palette"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Readings draw a dot for each value, on a vertical line for its interval. Excluded values
// are rings.
type Readings struct {
	All []Reading
	Ink palette.Ink
}

// A Reading is a value with its interval, which may be the value itself.
type Reading struct {
	X, Y, Low, High float64
	Excluded        bool
}

// Plot implements plot.Plotter.
func (m Readings) Plot(c draw.Canvas, p *Plot) {
	x, y := p.Transforms(&c)
	for _, v := range m.All {
		at := vg.Point{X: x(v.X), Y: y(v.Y)}
		k := m.Ink
		if v.Excluded {
			k = palette.Soft
		}
		c.StrokeLines(Line{Color: k.Faint(0.35), Width: 1.25},
			c.ClipLinesXY([]vg.Point{{X: at.X, Y: y(v.Low)}, {X: at.X, Y: y(v.High)}})...)
		goesOn(c, Line{Color: k.Faint(0.6), Width: 1.25}, at.X, y(v.Low), y(v.High))
		switch {
		case !c.Contains(at):
		case v.Excluded:
			dot(c, palette.Soft, at, 2.6)
			dot(c, palette.Paper, at, 1.6)
		default:
			dot(c, k.Faint(0.55), at, 2.6)
		}
	}
}
