package chart

import (
	"math"
	"slices"

	"github.com/classibench/classibench/reports/internal/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Curve is a line through points, with a gap at values that are NaN.
type Curve struct {
	Points Points
	Style  Line
}

// Plot implements plot.Plotter.
func (l Curve) Plot(c draw.Canvas, p *Plot) {
	for _, piece := range l.pieces(c, p) {
		if len(piece) == 1 && c.Contains(piece[0]) {
			dot(c, l.Style.Color.(palette.Ink), piece[0], l.Style.Width)
		}
		c.StrokeLines(l.Style, c.ClipLinesXY(piece)...)
	}
}

// pieces returns the parts without a gap, on the canvas.
func (l Curve) pieces(c draw.Canvas, p *Plot) [][]vg.Point {
	x, y := p.Transforms(&c)
	var pieces [][]vg.Point
	gap := true
	for _, at := range l.Points {
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

// Last returns the last known point.
func (l Curve) Last() (Point, bool) {
	for i := len(l.Points) - 1; i >= 0; i-- {
		if !math.IsNaN(l.Points[i].Y) {
			return l.Points[i], true
		}
	}
	return Point{}, false
}

// Level returns a horizontal line at a value, across the whole plot.
func Level(p *Plot, y float64, style Line) Curve {
	return Curve{Points: Points{{X: p.X.Min, Y: y}, {X: p.X.Max, Y: y}}, Style: style}
}

func dot(c draw.Canvas, k palette.Ink, at vg.Point, radius Length) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: k, Radius: radius, Shape: draw.CircleGlyph{}}, at)
}

// Heavy returns the line style for the main curve of a target.
func Heavy(k palette.Ink) Line { return Line{Color: k, Width: 2} }

// Light returns the line style for a curve in the background.
func Light(k palette.Ink) Line {
	return Line{Color: k, Width: 1.25, Dashes: []Length{4, 2.5}}
}

// A Band fills the area between two curves with the same abscissas.
type Band struct {
	Low, High Points
	Ink       palette.Ink
}

// Plot implements plot.Plotter.
func (b Band) Plot(c draw.Canvas, p *Plot) {
	x, y := p.Transforms(&c)
	var outline []vg.Point
	for _, at := range b.High {
		outline = append(outline, vg.Point{X: x(at.X), Y: y(at.Y)})
	}
	for _, at := range slices.Backward(b.Low) {
		outline = append(outline, vg.Point{X: x(at.X), Y: y(at.Y)})
	}
	c.FillPolygon(b.Ink, c.ClipPolygonXY(outline))
}

// A Spread fills the area between two values, across the whole plot.
type Spread struct {
	Low, High float64
	Ink       palette.Ink
}

// Plot implements plot.Plotter.
func (s Spread) Plot(c draw.Canvas, p *Plot) {
	c.SetColor(s.Ink)
	c.Fill(vg.Rectangle{
		Min: vg.Point{X: c.Min.X, Y: c.Y(p.Y.Norm(s.Low))}, Max: vg.Point{X: c.Max.X, Y: c.Y(p.Y.Norm(s.High))},
	}.Path())
}

// Dots draws a dot at each point.
type Dots struct {
	Points Points
	Ink    palette.Ink
}

// Plot implements plot.Plotter.
func (d Dots) Plot(c draw.Canvas, p *Plot) {
	x, y := p.Transforms(&c)
	for _, at := range d.Points {
		dot(c, d.Ink, vg.Point{X: x(at.X), Y: y(at.Y)}, 2.6)
	}
}

// Under adds a mark below the grid.
func Under(p *Plot, what Mark) {
	p.Add(what, &plotter.Grid{Horizontal: Line{Color: palette.Grid, Width: 0.75}})
}

// Rule draws a line across the whole plot and returns its label.
func Rule(p *Plot, y float64, name string) []Label {
	p.Add(Level(p, y, Line{Color: palette.Soft, Width: 0.9, Dashes: []Length{1.5, 2.5}}))
	return []Label{{Text: name, Ink: palette.Soft, At: Point{X: p.X.Max, Y: y}}}
}

// Labels returns the label at the end of the curve, or none if no point is known.
func (l Curve) Labels(text string, k palette.Ink, bold bool) []Label {
	end, ok := l.Last()
	if !ok {
		return nil
	}
	return []Label{{Text: text, Ink: k, At: end, Bold: bold}}
}

// Highest returns the highest value of the curve and its position.
func (l Curve) Highest() (y, x float64, ok bool) {
	for _, p := range l.Points {
		if !math.IsNaN(p.Y) && (!ok || p.Y > y) {
			y, x, ok = p.Y, p.X, true
		}
	}
	return y, x, ok
}

// Top returns the highest value of all curves.
func Top(curves ...Curve) float64 {
	most := 0.0
	for _, c := range curves {
		if y, _, ok := c.Highest(); ok {
			most = max(most, y)
		}
	}
	return most
}

// A Zone fills the area between two values of the horizontal axis, over the whole height.
type Zone struct {
	From, To float64
	Ink      palette.Ink
}

// Plot implements plot.Plotter.
func (z Zone) Plot(c draw.Canvas, p *Plot) {
	from, to := max(c.Min.X, c.X(p.X.Norm(z.From))), min(c.Max.X, c.X(p.X.Norm(z.To)))
	if to <= from {
		return
	}
	c.SetColor(z.Ink)
	c.Fill(vg.Rectangle{Min: vg.Point{X: from, Y: c.Min.Y}, Max: vg.Point{X: to, Y: c.Max.Y}}.Path())
}
