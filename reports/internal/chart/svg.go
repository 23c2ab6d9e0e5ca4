package chart

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// An svg is a vg.Canvas that draws SVG for light and for dark paper: each element has the
// light color as an attribute, which every program understands, and a class for which a
// stylesheet may set another. (A stylesheet cannot change the colors that vgsvg writes.)
// Texts have their measured width as an attribute, so that nothing overlaps if another font
// replaces Liberation Sans. It supports translation, but no rotation, scaling or images,
// which our plots do not use.
type svg struct {
	w, h  Length
	body  bytes.Buffer
	state svgState
	stack []svgState
}

type svgState struct {
	origin vg.Point
	color  color.Color
	width  Length
	dashes []Length
}

func newSVG(w, h Length) *svg {
	c := &svg{w: w, h: h}
	vg.Initialize(c)
	return c
}

func (c *svg) Size() (w, h Length)                 { return c.w, c.h }
func (c *svg) SetLineWidth(w Length)               { c.state.width = w }
func (c *svg) SetLineDash(d []Length, _ Length)    { c.state.dashes = d }
func (c *svg) SetColor(k color.Color)              { c.state.color = k }
func (c *svg) Translate(p vg.Point)                { c.state.origin = c.state.origin.Add(p) }
func (c *svg) Rotate(float64)                      { panic("reports: a plot turned its canvas") }
func (c *svg) Scale(_, _ float64)                  { panic("reports: a plot scaled its canvas") }
func (c *svg) DrawImage(vg.Rectangle, image.Image) { panic("reports: a plot drew an image") }
func (c *svg) Push()                               { c.stack = append(c.stack, c.state) }

func (c *svg) Pop() {
	last := len(c.stack) - 1
	c.state, c.stack = c.stack[last], c.stack[:last]
}

// Stroke draws a line.
func (c *svg) Stroke(p vg.Path) {
	if c.state.width <= 0 || len(p) == 0 {
		return
	}
	fmt.Fprintf(&c.body, `<path fill="none" %s stroke-width="%s"`, c.paint("stroke", "s"), short(c.state.width))
	if len(c.state.dashes) > 0 {
		dashes := make([]string, len(c.state.dashes))
		for i, d := range c.state.dashes {
			dashes[i] = short(d)
		}
		fmt.Fprintf(&c.body, ` stroke-dasharray="%s"`, strings.Join(dashes, " "))
	}
	fmt.Fprintf(&c.body, " d=\"%s\"/>\n", c.data(p))
}

// Fill fills a shape.
func (c *svg) Fill(p vg.Path) {
	if len(p) > 0 {
		fmt.Fprintf(&c.body, "<path %s d=\"%s\"/>\n", c.paint("fill", "f"), c.data(p))
	}
}

// FillString writes a text.
func (c *svg) FillString(f font.Face, at vg.Point, s string) {
	s = text.Clean(s)
	if f.Font.Size == 0 || strings.TrimSpace(s) == "" {
		return
	}
	at = at.Add(c.state.origin)
	fmt.Fprintf(&c.body, `<text x="%s" y="%s" font-size="%s" %s`, short(at.X), short(c.h-at.Y), short(f.Font.Size), c.paint("fill", "f"))
	if f.Font.Weight >= xfont.WeightBold {
		c.body.WriteString(` font-weight="bold"`)
	}
	fmt.Fprintf(&c.body, " textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n", short(f.Width(s)), html.EscapeString(s))
}

// paint returns the color as an attribute, and as a class if it is an ink.
func (c *svg) paint(attribute, class string) string {
	k, ok := c.state.color.(palette.Ink)
	if !ok {
		k = palette.Text
	}
	s := fmt.Sprintf(`class="%s-%s" %s="%s"`, class, k.Name, attribute, palette.Hex(k.Light))
	if o := k.Opacity(); o < 1 {
		s += fmt.Sprintf(` %s-opacity="%.2g"`, attribute, o)
	}
	return s
}

// data returns a path in SVG's notation; it supports arcs, but no other curves.
func (c *svg) data(p vg.Path) string {
	var b strings.Builder
	for _, x := range p {
		at := x.Pos.Add(c.state.origin)
		switch x.Type {
		case vg.MoveComp:
			fmt.Fprintf(&b, "M%s %s", short(at.X), short(c.h-at.Y))
		case vg.LineComp:
			fmt.Fprintf(&b, "L%s %s", short(at.X), short(c.h-at.Y))
		case vg.ArcComp:
			c.arc(&b, at, x)
		case vg.CloseComp:
			b.WriteString("Z")
		}
	}
	return b.String()
}

// arc draws an arc in two halves, since SVG has no arc that ends where it
// began.
func (c *svg) arc(b *strings.Builder, centre vg.Point, x vg.PathComp) {
	on := func(angle float64) (string, string) {
		sin, cos := math.Sincos(angle)
		return short(centre.X + x.Radius*Length(cos)), short(c.h - centre.Y - x.Radius*Length(sin))
	}
	sweep := 0
	if x.Angle < 0 {
		sweep = 1
	}
	for _, part := range []float64{0.5, 1} {
		px, py := on(x.Start + part*x.Angle)
		fmt.Fprintf(b, "A%[1]s %[1]s 0 0 %[2]d %[3]s %[4]s", short(x.Radius), sweep, px, py)
	}
}

// short prints a length in points with one decimal, since a tenth of a point is invisible.
func short(l Length) string {
	return strconv.FormatFloat(math.Round(l.Points()*10)/10, 'f', -1, 64)
}

const svgFonts = `font-family="Liberation Sans, Arial, Helvetica, DejaVu Sans Condensed, sans-serif"`

// inline writes the drawing as an element of a page, which has the stylesheet.
func (c *svg) inline(w io.Writer, class, alt string) error {
	_, err := fmt.Fprintf(w, "<svg class=\"%s\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %s %s\" %s>\n%s</svg>",
		class, html.EscapeString(text.Clean(alt)), short(c.w), short(c.h), svgFonts, c.body.Bytes())
	return err
}

// file writes the drawing as a separate file.
func (c *svg) file(w io.Writer, title, alt string) error {
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" %[3]s>
<title>%[4]s</title>
<desc>%[5]s</desc>
<style>
%[6]s</style>
%[7]s</svg>
`, short(c.w), short(c.h), svgFonts, html.EscapeString(text.Clean(title)), html.EscapeString(text.Clean(alt)), palette.FileCSS(), c.body.Bytes())
	return err
}
