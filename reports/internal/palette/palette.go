// Package palette has the colors of reports, for light and for dark paper, and the styles
// with which pages and SVG files choose between them.
package palette

import (
	"fmt"
	"image/color"
	"strings"
)

// An Ink is a colour with a value for light and one for dark paper. Raster
// images use the light one; pages and SVG choose by the reader's settings.
type Ink struct {
	Name        string // of the CSS variable
	Light, Dark uint32 // 0xRRGGBB
	alpha       uint8  // 0 is opaque, like 255
}

// RGBA implements color.Color.
func (k Ink) RGBA() (r, g, b, a uint32) {
	alpha := k.alpha
	if alpha == 0 {
		alpha = 0xff
	}
	return color.NRGBA{uint8(k.Light >> 16), uint8(k.Light >> 8), uint8(k.Light), alpha}.RGBA()
}

// Faint returns the ink with its opacity reduced to a share.
func (k Ink) Faint(share float64) Ink {
	k.alpha = uint8(max(1, 255*share))
	return k
}

// Opacity returns the share of the background that the ink covers.
func (k Ink) Opacity() float64 {
	if k.alpha == 0 {
		return 1
	}
	return float64(k.alpha) / 255
}

var (
	Paper = Ink{Name: "paper", Light: 0xffffff, Dark: 0x14191f}
	Wash  = Ink{Name: "wash", Light: 0xf5f7f9, Dark: 0x1b222a}
	Text  = Ink{Name: "ink", Light: 0x1d2530, Dark: 0xe6eaef}
	Soft  = Ink{Name: "soft", Light: 0x566171, Dark: 0x9fabb9}
	Grid  = Ink{Name: "line", Light: 0xe0e5ea, Dark: 0x303a46}
	Bad   = Ink{Name: "bad", Light: 0xa4262c, Dark: 0xff9a94}
	Good  = Ink{Name: "good", Light: 0x1a6b3c, Dark: 0x86d6a4}
	Doubt = Ink{Name: "doubt", Light: 0x7a4f00, Dark: 0xe9c46a}
)

// targets are the inks of targets, the baseline first. The first two differ in
// hue along the axis that the common forms of colour blindness keep, and in
// lightness (CIE L* 44 and 25 on light paper, 65 and 83 on dark) so that a grey
// print distinguishes them too; all have a contrast of 4.5 or more to the paper.
var targets = []Ink{
	{Name: "t0", Light: 0xb45309, Dark: 0xe8862e},
	{Name: "t1", Light: 0x123c73, Dark: 0xa9d3ff},
	{Name: "t2", Light: 0x0f766e, Dark: 0x5eead4},
	{Name: "t3", Light: 0x86198f, Dark: 0xe9a8f0},
	{Name: "t4", Light: 0x4d5a16, Dark: 0xd2dc7a},
	{Name: "t5", Light: 0x374151, Dark: 0xcbd5e1},
}

// Target returns the ink of a target by its number; after six the inks repeat.
func Target(i int) Ink {
	if i < 0 {
		return Soft
	}
	return targets[i%len(targets)]
}

func inks() []Ink {
	return append([]Ink{Paper, Wash, Text, Soft, Grid, Bad, Good, Doubt}, targets...)
}

func Hex(v uint32) string { return fmt.Sprintf("#%06x", v) }

// variables declares each ink as a CSS variable.
func variables(value func(Ink) uint32) string {
	var b strings.Builder
	for _, k := range inks() {
		fmt.Fprintf(&b, "--%s:%s;", k.Name, Hex(value(k)))
	}
	return b.String()
}

// PageCSS declares the inks as CSS variables, and the classes with which an svg in the page
// and the swatches of targets use them. Print uses the light ones.
func PageCSS() string {
	var b strings.Builder
	fmt.Fprintf(&b, ":root{%s}\n", variables(func(k Ink) uint32 { return k.Light }))
	fmt.Fprintf(&b, "@media screen and (prefers-color-scheme:dark){:root{%s}}\n", variables(func(k Ink) uint32 { return k.Dark }))
	for _, k := range inks() {
		fmt.Fprintf(&b, ".f-%[1]s{fill:var(--%[1]s)}.s-%[1]s{stroke:var(--%[1]s)}\n", k.Name)
	}
	for _, k := range targets {
		fmt.Fprintf(&b, ".%[1]s{background:var(--%[1]s)}\n", k.Name)
	}
	return b.String()
}

// FileCSS returns the stylesheet of a separate SVG file, whose attributes have the light
// inks. Programs without media queries ignore it.
func FileCSS() string {
	var b strings.Builder
	b.WriteString("@media screen and (prefers-color-scheme:dark){\n")
	for _, k := range inks() {
		fmt.Fprintf(&b, ".f-%[1]s{fill:%[2]s}.s-%[1]s{stroke:%[2]s}\n", k.Name, Hex(k.Dark))
	}
	b.WriteString("}\n")
	return b.String()
}
