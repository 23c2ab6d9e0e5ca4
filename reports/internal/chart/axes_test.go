package chart

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"pgregory.net/rapid"
)

func names(a Axis) []string {
	var all []string
	for _, t := range a.Ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestTicks(t *testing.T) {
	for _, tc := range []struct {
		name string
		axis Axis
		want []string
	}{
		{"linear", LinearAxis(37, unit.Plain), []string{"0", "10", "20", "30", "40"}},
		{"linear, up to a tick", LinearAxis(40, unit.Plain), []string{"0", "10", "20", "30", "40"}},
		{"linear, thousands", LinearAxis(1480, unit.Plain), []string{"0", "500", "1,000", "1,500"}},
		{"linear, below one", LinearAxis(0.3, unit.Plain), []string{"0", "0.1", "0.2", "0.3"}},
		{"linear, none", LinearAxis(0, unit.Plain), []string{"0", "0.5", "1"}},
		{"latency, many decades", LogAxis(2e-4, 10, unit.Span), []string{"1 ms", "10 ms", "100 ms", "1 s", "10 s"}},
		{"latency, few decades", LogAxis(1e-3, 9e-3, unit.Span), []string{"1 ms", "2 ms", "5 ms", "10 ms"}},
		{"latency, one power of ten", LogAxis(13.3e-3, 0.5, unit.Span), []string{"20 ms", "50 ms", "100 ms", "200 ms", "500 ms"}},
		{"time", TimeAxis(36, 540, ""), []string{"0 s", "10 s", "20 s", "30 s"}},
		{"time, narrow", TimeAxis(36, 344, ""), []string{"0 s", "10 s", "20 s", "30 s"}},
		{"nines", NinesAxis(2500, 540, ""), []string{"0%", "50%", "90%", "99%", "99.9%"}},
		{"nines, narrow", NinesAxis(2500, 344, ""), []string{"", "50%", "90%", "99%", "99.9%"}},
		{"ratio", RatioAxis(11.2, 14.1), []string{"11×", "12×", "13×", "14×"}},
		{"ratios far apart", RatioAxis(0.9, 30), []string{"1×", "2×", "5×", "10×", "20×"}},
	} {
		if got := names(tc.axis); !slices.Equal(got, tc.want) {
			t.Errorf("%s: ticks %q, want %q", tc.name, got, tc.want)
		}
	}
}

// An axis contains its data, and has a few labels, but never too many.
func TestAxesHoldTheirData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		high := rapid.Float64Range(1e-8, 1e12).Draw(t, "high")
		low := high * rapid.Float64Range(1e-5, 1).Draw(t, "share")
		for name, a := range map[string]Axis{
			"linear": LinearAxis(high, unit.Plain), "log": LogAxis(low, high, unit.Span), "time": TimeAxis(min(high, 31*86400), 540, ""),
			"ratio": RatioAxis(Ratio(low), Ratio(high)),
		} {
			if n := len(a.Ticks); n < 1 || n > 14 {
				t.Errorf("%s axis to %g: %d ticks", name, high, n)
			}
			if name == "linear" && (a.Max < high*(1-1e-6) || a.Max > 2.6*high) {
				t.Errorf("linear axis to %g ends at %g", high, a.Max)
			}
			if lo, hi := Ratio(low), Ratio(high); name == "ratio" && (a.Min > lo || a.Max < hi) {
				t.Errorf("ratio axis of %g to %g goes from %g to %g", lo, hi, a.Min, a.Max)
			}
			if name == "log" && (a.Min > low || a.Max < high) {
				t.Errorf("log axis of %g to %g goes from %g to %g", low, high, a.Min, a.Max)
			}
		}
	})
}

// Labels keep their order, do not touch, and stay on the canvas if it has room for all.
func TestApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const step, bottom = 10.0, 20.0
		wanted := rapid.SliceOfN(rapid.Float64Range(bottom, 300), 1, 12).Draw(t, "wanted")
		slices.SortFunc(wanted, func(a, b float64) int { return cmp.Compare(b, a) })
		top := bottom + step*float64(len(wanted)) + rapid.Float64Range(0, 300).Draw(t, "room")
		in := make([]vg.Length, len(wanted))
		for i, y := range wanted {
			in[i] = vg.Length(min(y, top))
		}
		got := apart(in, step, bottom, vg.Length(top))
		for i, y := range got {
			if y < bottom-1e-6 || y > vg.Length(top)+1e-6 {
				t.Fatalf("label %d of %v is at %v, outside of the canvas from %v to %v", i, in, y, bottom, top)
			}
			if i > 0 && got[i-1]-y < step-1e-6 {
				t.Fatalf("labels %v of %v touch", got, in)
			}
		}
		if len(got) == 1 && got[0] != in[0] {
			t.Fatalf("a single label moved from %v to %v", in[0], got[0])
		}
	})
}

func TestWithin(t *testing.T) {
	measure := func(s string) vg.Length {
		widest := 0
		for line := range strings.SplitSeq(s, "\n") {
			widest = max(widest, text.Width(line))
		}
		return vg.Length(widest)
	}
	for _, tc := range []struct {
		name  string
		width vg.Length
		want  string
	}{
		{"nine twenty", 11, "nine twenty"},
		{"nine twenty", 8, "nine\ntwenty"},
		{"nine twenty", 5, "nine\ntwen…"},
		{"half a million hits", 10, "half a\nmillion h…"},
		{"unbreakable", 6, "unbre…"},
		{"unbreakable", 2, ""},
	} {
		if got := within(tc.name, measure, tc.width); got != tc.want {
			t.Errorf("within(%q, %v) = %q, want %q", tc.name, tc.width, got, tc.want)
		}
	}
}

func TestAWhiskerThatGoesOnHasArrows(t *testing.T) {
	for name, y := range map[string]Axis{"linear": {Min: 1, Max: 2}, "log": LogAxis(1, 10, unit.Span)} {
		c := newSVG(100, 100)
		Whisker{At: 0.5, Low: y.Min / 10, High: y.Max * 10, Ink: palette.Soft}.Plot(draw.New(c), New(Axis{Max: 1}, y))
		if got := strings.Count(c.body.String(), "L"); got != 5 { // the line, and two arrows of two strokes
			t.Errorf("%s: %d strokes, want 5:\n%s", name, got, c.body.String())
		}
	}
}
