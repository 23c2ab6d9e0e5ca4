package chart

import (
	"github.com/classibench/classibench/reports/internal/palette"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Phases divide the horizontal axis: every other phase has a shaded background, and each has
// its name above.
type Phases []Phase

type Phase struct {
	Name     string
	From, To float64
}

// Plot implements plot.Plotter.
func (s Phases) Plot(c draw.Canvas, p *Plot) {
	for i, one := range s {
		from, to := c.X(p.X.Norm(one.From)), c.X(p.X.Norm(one.To))
		if i%2 == 0 {
			c.SetColor(palette.Wash)
			c.Fill(vg.Rectangle{Min: vg.Point{X: from, Y: c.Min.Y}, Max: vg.Point{X: to, Y: c.Max.Y}}.Path())
		}
		style := letters(phaseSize, palette.Soft, false)
		style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
		c.FillText(style, vg.Point{X: (from + to) / 2, Y: c.Max.Y + 3}, within(one.Name, style.Width, to-from-4))
	}
}

const phaseSize = 10

// GlyphBoxes implements plot.GlyphBoxer: it reserves room for the names.
func (s Phases) GlyphBoxes(*Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 0.5, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: 1, Y: 2*phaseSize + 8}}}}
}
