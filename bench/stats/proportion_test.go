package stats_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/classibench/classibench/bench/stats"
)

// Newcombe, Statistics in Medicine 17 (1998), table I: 95% intervals for four
// proportions, by the score method without correction and by Clopper and Pearson.
func TestProportionsAsPublished(t *testing.T) {
	to4 := cmpopts.EquateApprox(0, 6e-5)
	for _, c := range []struct {
		k, n          int
		wilson, exact stats.Interval
	}{
		{81, 263, stats.Interval{Low: 0.2553, High: 0.3662}, stats.Interval{Low: 0.2527, High: 0.3676}},
		{15, 148, stats.Interval{Low: 0.0624, High: 0.1605}, stats.Interval{Low: 0.0578, High: 0.1617}},
		{0, 20, stats.Interval{Low: 0, High: 0.1611}, stats.Interval{Low: 0, High: 0.1684}},
		{1, 29, stats.Interval{Low: 0.0061, High: 0.1718}, stats.Interval{Low: 0.0009, High: 0.1776}},
	} {
		if got := stats.WilsonProportion(c.k, c.n, 0.95); !cmp.Equal(got, c.wilson, to4) {
			t.Errorf("Wilson for %d of %d: got %v, published %v", c.k, c.n, got, c.wilson)
		}
		if got := stats.Proportion(c.k, c.n, 0.95); !cmp.Equal(got, c.exact, to4) {
			t.Errorf("Clopper–Pearson for %d of %d: got %v, published %v", c.k, c.n, got, c.exact)
		}
	}
}

func TestProportionsAtTheEnds(t *testing.T) {
	whole := stats.Interval{Low: 0, High: 1}
	if a, b := stats.Proportion(0, 0, 0.95), stats.WilsonProportion(0, 0, 0.95); a != whole || b != whole {
		t.Errorf("nothing tried: got %v and %v, want %v", a, b, whole)
	}
	for _, f := range []func(int, int, float64) stats.Interval{stats.Proportion, stats.WilsonProportion} {
		none, all := f(0, 40, 0.95), f(40, 40, 0.95)
		if none.Low != 0 || all.High != 1 || !cmp.Equal(none.High, 1-all.Low, close4) {
			t.Errorf("0 and 40 of 40: got %v and %v, want mirror images that touch 0 and 1", none, all)
		}
	}
}
