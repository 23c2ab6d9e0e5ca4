package reports

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/classibench/classibench/internal/history"
)

// runMarks draw a dot for each run, on an upright line for its interval. Those
// that do not count are rings.
type runMarks struct {
	group  history.Group
	series history.Series
	ink    ink
}

// Plot implements plot.Plotter.
func (m runMarks) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, v := range m.series.Points {
		at := vg.Point{X: x(float64(i)), Y: y(v.Value)}
		low, high := limits(v)
		k, doubtful := m.ink, m.group.Runs[v.Run].Doubt != ""
		if doubtful {
			k = softInk
		}
		c.StrokeLines(draw.LineStyle{Color: k.faint(0.35), Width: 1.25},
			c.ClipLinesXY([]vg.Point{{X: at.X, Y: y(low)}, {X: at.X, Y: y(high)}})...)
		goesOn(c, draw.LineStyle{Color: k.faint(0.6), Width: 1.25}, at.X, y(low), y(high))
		switch {
		case !c.Contains(at):
		case doubtful:
			dot(c, softInk, at, 2.6)
			dot(c, paperInk, at, 1.6)
		default:
			dot(c, k.faint(0.55), at, 2.6)
		}
	}
}

// stepMarks draw an upright line at each step of a series and, above the plot,
// how large it is and which commit came with it.
type stepMarks struct {
	group  history.Group
	series history.Series
}

const (
	markSize   = 11
	markHeight = 2*markSize + 6 // of both lines of a label
	markLead   = 7              // from the plot to the labels
	markGap    = 9              // between two labels
)

// GlyphBoxes implements plot.GlyphBoxer: it keeps room for the labels.
func (m stepMarks) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	if len(m.series.Steps) == 0 {
		return nil
	}
	return []plot.GlyphBox{{X: 0.5, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: 1, Y: markHeight + markLead}}}}
}

// Plot implements plot.Plotter.
func (m stepMarks) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	at := func(s history.Step) vg.Length { return x(float64(s.Before+s.After) / 2) }
	for _, s := range m.series.Steps {
		c.StrokeLines(draw.LineStyle{Color: m.ink(s), Width: 0.9, Dashes: []vg.Length{2, 2}},
			[]vg.Point{{X: at(s), Y: c.Min.Y}, {X: at(s), Y: c.Max.Y}})
	}
	steps, width := m.labelled(c.Max.X - c.Min.X)
	for i, centre := range beside(steps, at, width, c) {
		s := steps[i]
		foot := c.Max.Y + markLead
		c.StrokeLines(draw.LineStyle{Color: m.ink(s), Width: 0.9}, []vg.Point{{X: at(s), Y: c.Max.Y}, {X: centre, Y: foot - 1}})
		size, name := m.letters(s)
		c.FillText(size, vg.Point{X: centre, Y: foot + markSize + 2}, stepText(s))
		c.FillText(name, vg.Point{X: centre, Y: foot}, m.name(s))
	}
}

func (m stepMarks) ink(s history.Step) ink {
	if worse(m.series.Metric, s) {
		return badInk
	}
	return goodInk
}

func (m stepMarks) letters(s history.Step) (size, name text.Style) {
	size, name = letters(markSize, m.ink(s), true), letters(markSize, softInk, false)
	size.XAlign, size.YAlign = draw.XCenter, draw.YBottom
	name.XAlign, name.YAlign = draw.XCenter, draw.YBottom
	return size, name
}

// name is that of the first run after a step.
func (m stepMarks) name(s history.Step) string {
	_, style := m.letters(s)
	return shorten(clean(runName(m.group.Runs[m.series.Points[s.After].Run])), style.Width, 64)
}

// labelled are the steps that have room for a label, the largest if not all,
// in order, and the width of the widest label.
func (m stepMarks) labelled(room vg.Length) (steps []history.Step, width vg.Length) {
	for _, s := range m.series.Steps {
		size, name := m.letters(s)
		width = max(width, size.Width(stepText(s))+markGap, name.Width(m.name(s))+markGap)
	}
	steps = slices.Clone(m.series.Steps)
	if fit := int((room + markGap) / max(width, 1)); fit < len(steps) {
		slices.SortStableFunc(steps, func(a, b history.Step) int { return int(sign(stepSize(b) - stepSize(a))) })
		steps = steps[:fit]
		slices.SortFunc(steps, func(a, b history.Step) int { return a.After - b.After })
	}
	return steps, width
}

func stepSize(s history.Step) float64 { return math.Abs(math.Log1p(s.Change)) }

// beside places labels of a width over their steps, so that none touches its
// neighbour or leaves the plot.
func beside(steps []history.Step, at func(history.Step) vg.Length, width vg.Length, c draw.Canvas) []vg.Length {
	wanted := make([]vg.Length, len(steps))
	for i, s := range steps {
		wanted[i] = -at(s) // apart places from the top down
	}
	half := (width - markGap) / 2
	centres := apart(wanted, width, half-c.Max.X, -half-c.Min.X)
	for i := range centres {
		centres[i] = -centres[i]
	}
	return centres
}
