package reports

import (
	"math"
	"testing"

	"github.com/mattn/go-runewidth"
)

// The palette keeps what it promises: contrast for who sees little of it, and
// a difference in lightness for who sees no hue.
func TestPalette(t *testing.T) {
	for _, theme := range []struct {
		name string
		of   func(ink) uint32
	}{{"light", func(k ink) uint32 { return k.light }}, {"dark", func(k ink) uint32 { return k.dark }}} {
		for _, k := range append([]ink{textInk, softInk, badInk, goodInk, doubtInk}, targetInks...) {
			for _, on := range []ink{paperInk, washInk} {
				if got := contrast(theme.of(k), theme.of(on)); got < 4.5 {
					t.Errorf("%s: the contrast of %s to %s is %.2f, want 4.5 at least (WCAG 2 §1.4.3)", theme.name, k.name, on.name, got)
				}
			}
		}
		a, b := lightness(theme.of(targetInks[0])), lightness(theme.of(targetInks[1]))
		if math.Abs(a-b) < 15 {
			t.Errorf("%s: the first two targets have lightness %.0f and %.0f, want a difference of 15 at least", theme.name, a, b)
		}
	}
}

// luminance is the relative luminance of an sRGB colour (WCAG 2).
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

// lightness is CIE L*.
func lightness(v uint32) float64 {
	if y := luminance(v); y > 0.008856 {
		return 116*math.Cbrt(y) - 16
	}
	return 903.3 * luminance(v)
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain – µs × ≤":    "plain – µs × ≤",
		"a\nb\tc":           "a b c",
		"\x1b[31mred\x07":   "[31mred",
		"\u202egnp.exe":     "gnp.exe",
		"broken \xff bytes": "broken \uFFFD bytes",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := escaped("a|b *c* <d> `e`"), "a\\|b \\*c\\* \\<d\\> \\`e\\`"; got != want {
		t.Errorf("escaped = %q, want %q", got, want)
	}
	if got, want := codeSpan("a `b` c"), "`` a `b` c ``"; got != want {
		t.Errorf("codeSpan = %q, want %q", got, want)
	}
}

func TestLengthCountsColumns(t *testing.T) {
	for s, want := range map[string]int{"cgi": 3, "日本語": 6, "🚀": 2, "e\u0301": 1, "12.5× – µs…": 11} {
		if got := length(s); got != want {
			t.Errorf("length(%q) = %d, want %d", s, got, want)
		}
	}
	if a, b := cut("日本語", 5), cut("日本語", 4); a != "日本…" || b != "日…" {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestColumnsDoNotDependOnTheLocale(t *testing.T) {
	old := runewidth.DefaultCondition.EastAsianWidth
	runewidth.DefaultCondition.EastAsianWidth = true
	defer func() { runewidth.DefaultCondition.EastAsianWidth = old }()
	if got := length("12.5× – …"); got != 9 {
		t.Errorf("got %d, want 9", got)
	}
}
