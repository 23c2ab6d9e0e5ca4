// Package chart draws figures as SVG, which follows the reader's light or dark screen, and as
// PNG. It is the only package that imports gonum's plots.
//
// A new figure is a function that returns a Figure: its Plot makes an empty plot on two axes
// (New, LinearAxis, LogAxis, TimeAxis …), adds marks (Curve, Band, Dots, Whisker …) and names
// them (NewLabels). The caller has to bound values that a plot cannot show.
package chart

import (
	"errors"
	"image/color"
	"image/png"
	"io"
	"strings"

	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// A Figure is a plot that can be drawn in any size, as SVG or PNG.
type Figure struct {
	Name    string // of its files, without extension
	Title   string
	Axis    string // quantity and scale of the vertical axis
	Caption string // how to read it
	Alt     string // text alternative: the content in words

	Plot func(Length) *Plot // for a width
}

// The sizes in which figures are drawn, in points.
var (
	fileSize   = [2]Length{720, 380}
	wideSize   = [2]Length{540, 300}
	narrowSize = [2]Length{344, 270}
)

const pngDPI = 144 // two pixels a point

// SVG writes the figure, with its title, as a file for any program, in colors that suit the
// reader's screen.
func (f Figure) SVG(w io.Writer) error {
	c := newSVG(fileSize[0], fileSize[1])
	f.draw(draw.New(c), true)
	return c.file(w, f.Title, f.Alt)
}

// PNG writes the figure, with its title, on white paper.
func (f Figure) PNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(fileSize[0], fileSize[1]), vgimg.UseDPI(pngDPI), vgimg.UseBackgroundColor(color.White))
	f.draw(draw.New(c), true)
	return png.Encode(w, c.Image())
}

// Inline writes the figure without its title, once for a wide and once for a narrow page.
func (f Figure) Inline(w io.Writer) error {
	wide, narrow := newSVG(wideSize[0], wideSize[1]), newSVG(narrowSize[0], narrowSize[1])
	f.draw(draw.New(wide), false)
	f.draw(draw.New(narrow), false)
	return errors.Join(wide.inline(w, "wide", f.Alt), narrow.inline(w, "narrow", f.Alt))
}

// draw draws the figure on the whole canvas.
func (f Figure) draw(c draw.Canvas, titled bool) {
	width := c.Max.X - c.Min.X
	if titled {
		c.SetColor(palette.Paper)
		c.Fill(c.Rectangle.Path())
		c = draw.Crop(c, 16, -16, 12, -14)
		c = headline(c, letters(14, palette.Text, true), f.Title)
	}
	c = headline(c, letters(smallSize, palette.Soft, false), f.Axis)
	f.Plot(width).Draw(draw.Crop(c, 0, 0, 0, -2))
}

// headline writes a line at the top and returns the canvas below it.
func headline(c draw.Canvas, s draw.TextStyle, line string) draw.Canvas {
	line = shorten(text.Clean(line), s.Width, c.Max.X-c.Min.X)
	c.FillText(s, vg.Point{X: c.Min.X, Y: c.Max.Y}, line)
	return draw.Crop(c, 0, 0, 0, -s.Height(line)-2)
}

// Alt describes a plot in words: its title, then each target.
func Alt(title string, told []string) string {
	if len(told) == 0 {
		return title + "."
	}
	return title + ". " + strings.Join(told, "; ") + "."
}
