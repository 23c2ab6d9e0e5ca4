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

// A Label names a line at its end.
type Label struct {
	Text string
	Ink  palette.Ink
	At   Point // the end of the line
	Bold bool
}

// labels are drawn to the right of a plot, each as near as possible to the end of its line
// without touching its neighbours.
type labels struct {
	all   []Label
	width Length // of the whole picture
}

// NewLabels returns labels that leave most of the width to the plot.
func NewLabels(width Length, all ...Label) *labels {
	l := &labels{all, width}
	for i := range l.all {
		l.all[i].Text = shorten(text.Clean(l.all[i].Text), l.all[i].style().Width, 0.3*width)
	}
	return l
}

func (l Label) style() (s draw.TextStyle) {
	s = letters(smallSize, l.Ink, l.Bold)
	s.YAlign = draw.YCenter
	return s
}

const (
	labelGap    = 10 // between a line and its label
	labelHeight = smallSize + 2.5
)

// GlyphBoxes implements plot.GlyphBoxer: it reserves room for the labels.
func (l *labels) GlyphBoxes(*Plot) []plot.GlyphBox {
	widest := Length(0)
	for _, x := range l.all {
		widest = max(widest, x.style().Width(x.Text))
	}
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: vg.Rectangle{Max: vg.Point{X: labelGap + widest + 2, Y: 1}}}}
}

// Plot implements plot.Plotter.
func (l *labels) Plot(c draw.Canvas, p *Plot) {
	x, y := p.Transforms(&c)
	order, step := l.fitting(c.Max.Y - c.Min.Y)
	slices.SortStableFunc(order, func(a, b Label) int { return cmp.Compare(b.At.Y, a.At.Y) })
	wanted := make([]Length, len(order))
	for i, one := range order {
		wanted[i] = min(max(y(one.At.Y), c.Min.Y), c.Max.Y)
	}
	for i, at := range apart(wanted, step, c.Min.Y, c.Max.Y) {
		one := order[i]
		from := vg.Point{X: min(x(one.At.X)+1, c.Max.X), Y: wanted[i]}
		to := vg.Point{X: c.Max.X + labelGap - 3, Y: at}
		if at != wanted[i] || to.X-from.X > labelGap {
			c.StrokeLines(Line{Color: one.Ink.Faint(0.6), Width: 0.6}, []vg.Point{from, to})
		}
		// Letters without descenders look centered a little above their middle.
		c.FillText(one.style(), vg.Point{X: c.Max.X + labelGap, Y: at + 1}, one.Text)
	}
}

// fitting returns the labels that have room, and their distance: if there are too many, it
// drops the lighter ones, and reduces the distance so that the others stay in the picture.
func (l *labels) fitting(room Length) (all []Label, step Length) {
	all, step = slices.Clone(l.all), labelHeight
	if step*Length(len(all)-1) > room {
		all = slices.DeleteFunc(all, func(x Label) bool { return !x.Bold })
	}
	if n := len(all); n > 1 {
		step = min(step, room/Length(n-1))
	}
	return all, step
}

// apart moves positions, sorted from the top, so that neighbours are at least a step apart
// and all lie between bottom and top, if there is room for all. It spreads each cluster that
// would touch around its mean.
func apart(wanted []Length, step, bottom, top Length) []Length {
	type cluster struct {
		centre Length
		n      int
	}
	half := func(k cluster) Length { return step * Length(k.n-1) / 2 }
	place := func(k cluster) cluster {
		k.centre = max(min(k.centre, top-half(k)), bottom+half(k))
		return k
	}
	var all []cluster
	for _, y := range wanted {
		all = append(all, place(cluster{y, 1}))
		for n := len(all); n > 1 && all[n-2].centre-half(all[n-2])-step < all[n-1].centre+half(all[n-1]); n = len(all) {
			a, b := all[n-2], all[n-1]
			sum := a.centre*Length(a.n) + b.centre*Length(b.n)
			all = append(all[:n-2], place(cluster{sum / Length(a.n+b.n), a.n + b.n}))
		}
	}
	var out []Length
	for _, k := range all {
		for i := range k.n {
			out = append(out, k.centre+half(k)-step*Length(i))
		}
	}
	return out
}
