package palette

import (
	"math"
	"testing"
)

// The palette has enough contrast for readers with low vision, and differences in lightness
// for those who see no hue.
func TestPalette(t *testing.T) {
	for _, theme := range []struct {
		name string
		of   func(Ink) uint32
	}{{"light", func(k Ink) uint32 { return k.Light }}, {"dark", func(k Ink) uint32 { return k.Dark }}} {
		for _, k := range append([]Ink{Text, Soft, Bad, Good, Doubt}, targets...) {
			for _, on := range []Ink{Paper, Wash} {
				if got := contrast(theme.of(k), theme.of(on)); got < 4.5 {
					t.Errorf("%s: the contrast of %s to %s is %.2f, want 4.5 at least (WCAG 2 §1.4.3)", theme.name, k.Name, on.Name, got)
				}
			}
		}
		a, b := lightness(theme.of(targets[0])), lightness(theme.of(targets[1]))
		if math.Abs(a-b) < 15 {
			t.Errorf("%s: the first two targets have lightness %.0f and %.0f, want a difference of 15 at least", theme.name, a, b)
		}
	}
}

// luminance returns the relative luminance of an sRGB color (WCAG 2).
func luminance(v uint32) float64 {
	channel := func(shift int) float64 {
		x := float64(v>>shift&0xff) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}

func contrast(a, b uint32) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// lightness returns CIE L*.
func lightness(v uint32) float64 {
	if y := luminance(v); y > 0.008856 {
		return 116*math.Cbrt(y) - 16
	}
	return 903.3 * luminance(v)
}
