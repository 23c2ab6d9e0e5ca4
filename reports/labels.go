package reports

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A label names a line at its end.
type label struct {
	text string
	ink  ink
	at   plotter.XY // the end of the line
	bold bool
}

// labels stand to the right of a plot, each as near as can be to the end of its
// line without touching its neighbours.
type labels struct {
	all   []label
	width vg.Length // of the whole picture
}

// newLabels returns labels that leave most of the width to the plot.
func newLabels(width vg.Length, all ...label) *labels {
	l := &labels{all, width}
	for i := range l.all {
		l.all[i].text = shorten(clean(l.all[i].text), l.all[i].style().Width, 0.3*width)
	}
	return l
}

func (l label) style() (s draw.TextStyle) {
	s = letters(smallSize, l.ink, l.bold)
	s.YAlign = draw.YCenter
	return s
}

const (
	labelGap    = 10 // between a line and its label
	labelHeight = smallSize + 2.5
)

// GlyphBoxes implements plot.GlyphBoxer: it keeps room for the labels.
func (l *labels) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	widest := vg.Length(0)
	for _, x := range l.all {
		widest = max(widest, x.style().Width(x.text))
	}
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: vg.Rectangle{Max: vg.Point{X: labelGap + widest + 2, Y: 1}}}}
}

// Plot implements plot.Plotter.
func (l *labels) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	order, step := l.fitting(c.Max.Y - c.Min.Y)
	slices.SortStableFunc(order, func(a, b label) int { return int(sign(b.at.Y - a.at.Y)) })
	wanted := make([]vg.Length, len(order))
	for i, one := range order {
		wanted[i] = min(max(y(one.at.Y), c.Min.Y), c.Max.Y)
	}
	for i, at := range apart(wanted, step, c.Min.Y, c.Max.Y) {
		one := order[i]
		from := vg.Point{X: min(x(one.at.X)+1, c.Max.X), Y: wanted[i]}
		to := vg.Point{X: c.Max.X + labelGap - 3, Y: at}
		if at != wanted[i] || to.X-from.X > labelGap {
			c.StrokeLines(draw.LineStyle{Color: one.ink.faint(0.6), Width: 0.6}, []vg.Point{from, to})
		}
		// Letters without descenders look centred a little above their middle.
		c.FillText(one.style(), vg.Point{X: c.Max.X + labelGap, Y: at + 1}, one.text)
	}
}

// fitting are the labels that have room, and how far apart they can be: where there are
// too many, the lighter ones go, and the others move together rather than leave the picture.
func (l *labels) fitting(room vg.Length) (all []label, step vg.Length) {
	all, step = slices.Clone(l.all), labelHeight
	if step*vg.Length(len(all)-1) > room {
		all = slices.DeleteFunc(all, func(x label) bool { return !x.bold })
	}
	if n := len(all); n > 1 {
		step = min(step, room/vg.Length(n-1))
	}
	return all, step
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// apart moves positions, given from the top, so that neighbours are a step
// apart and all lie between bottom and top, if there is room for all. Each
// cluster of those that would touch is spread around its mean.
func apart(wanted []vg.Length, step, bottom, top vg.Length) []vg.Length {
	type cluster struct {
		centre vg.Length
		n      int
	}
	half := func(k cluster) vg.Length { return step * vg.Length(k.n-1) / 2 }
	place := func(k cluster) cluster {
		k.centre = max(min(k.centre, top-half(k)), bottom+half(k))
		return k
	}
	var all []cluster
	for _, y := range wanted {
		all = append(all, place(cluster{y, 1}))
		for n := len(all); n > 1 && all[n-2].centre-half(all[n-2])-step < all[n-1].centre+half(all[n-1]); n = len(all) {
			a, b := all[n-2], all[n-1]
			sum := a.centre*vg.Length(a.n) + b.centre*vg.Length(b.n)
			all = append(all[:n-2], place(cluster{sum / vg.Length(a.n+b.n), a.n + b.n}))
		}
	}
	var out []vg.Length
	for _, k := range all {
		for i := range k.n {
			out = append(out, k.centre+half(k)-step*vg.Length(i))
		}
	}
	return out
}
