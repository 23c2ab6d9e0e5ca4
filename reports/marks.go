package reports

import (
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A curve is a line through points; where the value is NaN it has a gap.
type curve struct {
	points plotter.XYs
	style  draw.LineStyle
}

// Plot implements plot.Plotter.
func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	for _, piece := range l.pieces(c, p) {
		if len(piece) == 1 && c.Contains(piece[0]) {
			dot(c, l.style.Color.(ink), piece[0], l.style.Width)
		}
		c.StrokeLines(l.style, c.ClipLinesXY(piece)...)
	}
}

// pieces are the stretches without a gap, on the canvas.
func (l curve) pieces(c draw.Canvas, p *plot.Plot) [][]vg.Point {
	x, y := p.Transforms(&c)
	var pieces [][]vg.Point
	gap := true
	for _, at := range l.points {
		if math.IsNaN(at.Y) {
			gap = true
			continue
		}
		if gap {
			pieces, gap = append(pieces, nil), false
		}
		last := len(pieces) - 1
		pieces[last] = append(pieces[last], vg.Point{X: x(at.X), Y: y(at.Y)})
	}
	return pieces
}

// last is the last point that is known.
func (l curve) last() (plotter.XY, bool) {
	for i := len(l.points) - 1; i >= 0; i-- {
		if !math.IsNaN(l.points[i].Y) {
			return l.points[i], true
		}
	}
	return plotter.XY{}, false
}

func dot(c draw.Canvas, k ink, at vg.Point, radius vg.Length) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: k, Radius: radius, Shape: draw.CircleGlyph{}}, at)
}

// Lines of targets: the heavier is what matters, the lighter what stands
// behind it.
func heavy(k ink) draw.LineStyle { return draw.LineStyle{Color: k, Width: 2} }
func light(k ink) draw.LineStyle {
	return draw.LineStyle{Color: k, Width: 1.25, Dashes: []vg.Length{4, 2.5}}
}

// A band fills the room between two curves with the same abscissas.
type band struct {
	low, high plotter.XYs
	ink       ink
}

// Plot implements plot.Plotter.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var outline []vg.Point
	for _, at := range b.high {
		outline = append(outline, vg.Point{X: x(at.X), Y: y(at.Y)})
	}
	for _, at := range slices.Backward(b.low) {
		outline = append(outline, vg.Point{X: x(at.X), Y: y(at.Y)})
	}
	c.FillPolygon(b.ink, c.ClipPolygonXY(outline))
}

// stageBands show the stages of a replay: every other one on a wash, each with
// its name above.
type stageBands []result.Stage

// Plot implements plot.Plotter.
func (s stageBands) Plot(c draw.Canvas, p *plot.Plot) {
	for i, stage := range s {
		from, to := c.X(p.X.Norm(stage.From)), c.X(p.X.Norm(stage.To))
		if i%2 == 0 {
			c.SetColor(washInk)
			c.Fill(vg.Rectangle{Min: vg.Point{X: from, Y: c.Min.Y}, Max: vg.Point{X: to, Y: c.Max.Y}}.Path())
		}
		style := letters(stageSize, softInk, false)
		style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
		c.FillText(style, vg.Point{X: (from + to) / 2, Y: c.Max.Y + 3}, within(stage.Name, style.Width, to-from-4))
	}
}

const stageSize = 10

// GlyphBoxes implements plot.GlyphBoxer: it keeps room for the names.
func (s stageBands) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 0.5, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: 1, Y: 2*stageSize + 8}}}}
}

// within breaks a name into two lines that fit a width, and shortens what still
// does not.
func within(name string, measure func(string) vg.Length, width vg.Length) string {
	name = cut(clean(name), longestName)
	if measure(name) <= width {
		return name
	}
	words := strings.Fields(name)
	best, bestWidth := name, measure(name)
	for i := 1; i < len(words); i++ {
		two := strings.Join(words[:i], " ") + "\n" + strings.Join(words[i:], " ")
		if w := measure(two); w < bestWidth {
			best, bestWidth = two, w
		}
	}
	lines := strings.Split(best, "\n")
	for i := range lines {
		lines[i] = shorten(lines[i], measure, width)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// longestName bounds, in letters, what is tried to fit somewhere.
const longestName = 120

// shorten cuts a line until it fits a width; of a stub nothing is left.
func shorten(line string, measure func(string) vg.Length, width vg.Length) string {
	line = cut(line, longestName)
	if measure(line) <= width {
		return line
	}
	letters := []rune(line)
	for n := len(letters) - 1; n >= 2; n-- {
		if short := string(letters[:n]) + "…"; measure(short) <= width {
			return short
		}
	}
	return ""
}

// A spread fills the room between two values, all the way across.
type spread struct {
	low, high float64
	ink       ink
}

// Plot implements plot.Plotter.
func (s spread) Plot(c draw.Canvas, p *plot.Plot) {
	c.SetColor(s.ink)
	c.Fill(vg.Rectangle{
		Min: vg.Point{X: c.Min.X, Y: c.Y(p.Y.Norm(s.low))}, Max: vg.Point{X: c.Max.X, Y: c.Y(p.Y.Norm(s.high))},
	}.Path())
}

// dots draws a dot at each point.
type dots struct {
	points plotter.XYs
	ink    ink
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range d.points {
		dot(c, d.ink, vg.Point{X: x(at.X), Y: y(at.Y)}, 2.6)
	}
}
