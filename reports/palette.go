package reports

import (
	"fmt"
	"image/color"
	"strings"
)

// An ink is a colour with a value for light and one for dark paper. Raster
// images use the light one; pages and SVG choose by the reader's settings.
type ink struct {
	name        string // of the CSS variable
	light, dark uint32 // 0xRRGGBB
	alpha       uint8  // 0 is opaque, like 255
}

// RGBA implements color.Color.
func (k ink) RGBA() (r, g, b, a uint32) {
	alpha := k.alpha
	if alpha == 0 {
		alpha = 0xff
	}
	return color.NRGBA{uint8(k.light >> 16), uint8(k.light >> 8), uint8(k.light), alpha}.RGBA()
}

// faint returns the ink let through to a share of its strength.
func (k ink) faint(share float64) ink {
	k.alpha = uint8(max(1, 255*share))
	return k
}

// opacity is how much of what lies below the ink covers.
func (k ink) opacity() float64 {
	if k.alpha == 0 {
		return 1
	}
	return float64(k.alpha) / 255
}

var (
	paperInk = ink{name: "paper", light: 0xffffff, dark: 0x14191f}
	washInk  = ink{name: "wash", light: 0xf5f7f9, dark: 0x1b222a}
	textInk  = ink{name: "ink", light: 0x1d2530, dark: 0xe6eaef}
	softInk  = ink{name: "soft", light: 0x566171, dark: 0x9fabb9}
	gridInk  = ink{name: "line", light: 0xe0e5ea, dark: 0x303a46}
	badInk   = ink{name: "bad", light: 0xa4262c, dark: 0xff9a94}
	goodInk  = ink{name: "good", light: 0x1a6b3c, dark: 0x86d6a4}
	doubtInk = ink{name: "doubt", light: 0x7a4f00, dark: 0xe9c46a}
)

// targetInks tell targets apart, the baseline first. The first two differ in
// hue along the axis that the common forms of colour blindness keep, and in
// lightness (CIE L* 44 and 25 on light paper, 65 and 83 on dark) so that a grey
// print tells them apart too; all have a contrast of 4.5 or more to the paper.
var targetInks = []ink{
	{name: "t0", light: 0xb45309, dark: 0xe8862e},
	{name: "t1", light: 0x123c73, dark: 0xa9d3ff},
	{name: "t2", light: 0x0f766e, dark: 0x5eead4},
	{name: "t3", light: 0x86198f, dark: 0xe9a8f0},
	{name: "t4", light: 0x4d5a16, dark: 0xd2dc7a},
	{name: "t5", light: 0x374151, dark: 0xcbd5e1},
}

// targetInk is the ink of a target by its number; after six they come again.
func targetInk(i int) ink {
	if i < 0 {
		return softInk
	}
	return targetInks[i%len(targetInks)]
}

func inks() []ink {
	return append([]ink{paperInk, washInk, textInk, softInk, gridInk, badInk, goodInk, doubtInk}, targetInks...)
}

func hex(v uint32) string { return fmt.Sprintf("#%06x", v) }

// variables declares each ink as a CSS variable.
func variables(value func(ink) uint32) string {
	var b strings.Builder
	for _, k := range inks() {
		fmt.Fprintf(&b, "--%s:%s;", k.name, hex(value(k)))
	}
	return b.String()
}

// pageCSS declares the inks as CSS variables, and the classes with which an svg
// in the page is drawn in them. On paper the light ones are used.
func pageCSS() string {
	var b strings.Builder
	fmt.Fprintf(&b, ":root{%s}\n", variables(func(k ink) uint32 { return k.light }))
	fmt.Fprintf(&b, "@media screen and (prefers-color-scheme:dark){:root{%s}}\n", variables(func(k ink) uint32 { return k.dark }))
	for _, k := range inks() {
		fmt.Fprintf(&b, ".f-%[1]s{fill:var(--%[1]s)}.s-%[1]s{stroke:var(--%[1]s)}\n", k.name)
	}
	return b.String()
}

// fileCSS is the stylesheet of an svg of its own: the light inks are its
// attributes already. Programs that know no media queries skip it.
func fileCSS() string {
	var b strings.Builder
	b.WriteString("@media screen and (prefers-color-scheme:dark){\n")
	for _, k := range inks() {
		fmt.Fprintf(&b, ".f-%[1]s{fill:%[2]s}.s-%[1]s{stroke:%[2]s}\n", k.name, hex(k.dark))
	}
	b.WriteString("}\n")
	return b.String()
}
