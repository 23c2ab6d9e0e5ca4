package chart

import (
	"cmp"
	"slices"

	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Events draw a vertical line at each event, in their order, and labels above the plot. If
// not all labels have room, the largest events get one.
type Events []Event

// An Event is the point at which a value changed.
type Event struct {
	At         float64
	Size       float64
	Text, Name string // the lines of its label
	Ink        palette.Ink
}

const (
	eventSize   = 11
	eventHeight = 2*eventSize + 6 // of both lines of a label
	eventLead   = 7               // from the plot to the labels
	eventGap    = 9               // between two labels
	eventName   = 64              // the widest name
)

// GlyphBoxes implements plot.GlyphBoxer: it reserves room for the labels.
func (all Events) GlyphBoxes(*Plot) []plot.GlyphBox {
	if len(all) == 0 {
		return nil
	}
	return []plot.GlyphBox{{X: 0.5, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: 1, Y: eventHeight + eventLead}}}}
}

// Plot implements plot.Plotter.
func (all Events) Plot(c draw.Canvas, p *Plot) {
	x, _ := p.Transforms(&c)
	for _, e := range all {
		c.StrokeLines(Line{Color: e.Ink, Width: 0.9, Dashes: []Length{2, 2}},
			[]vg.Point{{X: x(e.At), Y: c.Min.Y}, {X: x(e.At), Y: c.Max.Y}})
	}
	shown, width := all.labelled(c.Max.X - c.Min.X)
	for i, centre := range shown.centres(x, width, c) {
		e := shown[i]
		foot := c.Max.Y + eventLead
		c.StrokeLines(Line{Color: e.Ink, Width: 0.9}, []vg.Point{{X: x(e.At), Y: c.Max.Y}, {X: centre, Y: foot - 1}})
		size, name := e.letters()
		c.FillText(size, vg.Point{X: centre, Y: foot + eventSize + 2}, e.Text)
		c.FillText(name, vg.Point{X: centre, Y: foot}, e.name())
	}
}

func (e Event) letters() (size, name draw.TextStyle) {
	size, name = letters(eventSize, e.Ink, true), letters(eventSize, palette.Soft, false)
	size.XAlign, size.YAlign = draw.XCenter, draw.YBottom
	name.XAlign, name.YAlign = draw.XCenter, draw.YBottom
	return size, name
}

func (e Event) name() string {
	_, style := e.letters()
	return shorten(text.Clean(e.Name), style.Width, eventName)
}

// labelled returns the events that have room for a label, in order, and the width of the
// widest label.
func (all Events) labelled(room Length) (shown Events, width Length) {
	for _, e := range all {
		size, name := e.letters()
		width = max(width, size.Width(e.Text)+eventGap, name.Width(e.name())+eventGap)
	}
	shown = slices.Clone(all)
	if fit := int((room + eventGap) / max(width, 1)); fit < len(shown) {
		slices.SortStableFunc(shown, func(a, b Event) int { return cmp.Compare(b.Size, a.Size) })
		shown = shown[:fit]
		slices.SortFunc(shown, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	}
	return shown, width
}

// centres places labels above their events, so that none touches its neighbour or leaves the
// plot.
func (all Events) centres(x func(float64) Length, width Length, c draw.Canvas) []Length {
	wanted := make([]Length, len(all))
	for i, e := range all {
		wanted[i] = -x(e.At) // apart places labels from the top down
	}
	half := (width - eventGap) / 2
	centres := apart(wanted, width, half-c.Max.X, -half-c.Min.X)
	for i := range centres {
		centres[i] = -centres[i]
	}
	return centres
}
