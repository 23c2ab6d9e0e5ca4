package reports

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/unit"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func names(a axis) []string {
	var all []string
	for _, t := range a.ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestTicks(t *testing.T) {
	for _, tc := range []struct {
		name string
		axis axis
		want []string
	}{
		{"linear", linearAxis(37, unit.Plain), []string{"0", "10", "20", "30", "40"}},
		{"linear, up to a tick", linearAxis(40, unit.Plain), []string{"0", "10", "20", "30", "40"}},
		{"linear, thousands", linearAxis(1480, unit.Plain), []string{"0", "500", "1,000", "1,500"}},
		{"linear, below one", linearAxis(0.3, unit.Plain), []string{"0", "0.1", "0.2", "0.3"}},
		{"linear, none", linearAxis(0, unit.Plain), []string{"0", "0.5", "1"}},
		{"latency, many decades", logAxis(2e-4, 10, unit.Span), []string{"1 ms", "10 ms", "100 ms", "1 s", "10 s"}},
		{"latency, few decades", logAxis(1e-3, 9e-3, unit.Span), []string{"1 ms", "2 ms", "5 ms", "10 ms"}},
		{"time", timeAxis(36, 540, ""), []string{"0 s", "10 s", "20 s", "30 s"}},
		{"time, narrow", timeAxis(36, 344, ""), []string{"0 s", "10 s", "20 s", "30 s"}},
		{"nines", ninesAxis(2500, 540, ""), []string{"0%", "50%", "90%", "99%", "99.9%"}},
		{"nines, narrow", ninesAxis(2500, 344, ""), []string{"", "50%", "90%", "99%", "99.9%"}},
		{"ratio", ratioAxis(11.2, 14.1), []string{"11×", "12×", "13×", "14×"}},
		{"ratios far apart", ratioAxis(0.9, 30), []string{"1×", "2×", "5×", "10×", "20×"}},
	} {
		if got := names(tc.axis); !slices.Equal(got, tc.want) {
			t.Errorf("%s: ticks %q, want %q", tc.name, got, tc.want)
		}
	}
}

// An axis holds its data, has room for a few names, and never too many.
func TestAxesHoldTheirData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		high := rapid.Float64Range(1e-8, 1e12).Draw(t, "high")
		low := high * rapid.Float64Range(1e-5, 1).Draw(t, "share")
		for name, a := range map[string]axis{
			"linear": linearAxis(high, unit.Plain), "log": logAxis(low, high, unit.Span), "time": timeAxis(min(high, longestReplay), 540, ""),
			"ratio": ratioAxis(ratio(low), ratio(high)),
		} {
			if n := len(a.ticks); n < 1 || n > 14 {
				t.Errorf("%s axis to %g: %d ticks", name, high, n)
			}
			if name == "linear" && (a.max < high*(1-1e-6) || a.max > 2.6*high) {
				t.Errorf("linear axis to %g ends at %g", high, a.max)
			}
			if lo, hi := ratio(low), ratio(high); name == "ratio" && (a.min > lo || a.max < hi) {
				t.Errorf("ratio axis of %g to %g goes from %g to %g", lo, hi, a.min, a.max)
			}
			if name == "log" && (a.min > low || a.max < high) {
				t.Errorf("log axis of %g to %g goes from %g to %g", low, high, a.min, a.max)
			}
		}
	})
}

// Labels keep their order, do not touch, and stay on the canvas when it has
// room for all.
func TestApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const step, bottom = 10.0, 20.0
		wanted := rapid.SliceOfN(rapid.Float64Range(bottom, 300), 1, 12).Draw(t, "wanted")
		slices.SortFunc(wanted, func(a, b float64) int { return int(sign(b - a)) })
		top := bottom + step*float64(len(wanted)) + rapid.Float64Range(0, 300).Draw(t, "room")
		in := make([]vg.Length, len(wanted))
		for i, y := range wanted {
			in[i] = vg.Length(min(y, top))
		}
		got := apart(in, step, bottom, vg.Length(top))
		for i, y := range got {
			if y < bottom-1e-6 || y > vg.Length(top)+1e-6 {
				t.Fatalf("label %d of %v stands at %v, off the canvas of %v to %v", i, in, y, bottom, top)
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
			widest = max(widest, length(line))
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
