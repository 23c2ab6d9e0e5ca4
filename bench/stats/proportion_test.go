package stats_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/classibench/classibench/bench/stats"
)

// Newcombe, Statistics in Medicine 17 (1998), table I: 95% intervals of Clopper and
// Pearson for four proportions.
func TestProportionsAsPublished(t *testing.T) {
	to4 := cmpopts.EquateApprox(0, 6e-5)
	for _, c := range []struct {
		k, n int
		want stats.Interval
	}{
		{81, 263, stats.Interval{Low: 0.2527, High: 0.3676}},
		{15, 148, stats.Interval{Low: 0.0578, High: 0.1617}},
		{0, 20, stats.Interval{Low: 0, High: 0.1684}},
		{1, 29, stats.Interval{Low: 0.0009, High: 0.1776}},
	} {
		if got := stats.Proportion(c.k, c.n, 0.95); !cmp.Equal(got, c.want, to4) {
			t.Errorf("%d of %d: got %v, published %v", c.k, c.n, got, c.want)
		}
	}
}

func TestProportionsAtTheEnds(t *testing.T) {
	if got := stats.Proportion(0, 0, 0.95); got != (stats.Interval{Low: 0, High: 1}) {
		t.Errorf("no trials: got %v, want 0 to 1", got)
	}
	none, all := stats.Proportion(0, 40, 0.95), stats.Proportion(40, 40, 0.95)
	if none.Low != 0 || all.High != 1 || !cmp.Equal(none.High, 1-all.Low, close4) {
		t.Errorf("0 and 40 of 40: got %v and %v, want mirror images that touch 0 and 1", none, all)
	}
}

func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 4, 0.05, 1},
		{1, 1, 0.05, 0.05},
		{1, 40, 0.05, 1 - math.Pow(0.95, 40)},
		{3, 3, 0.5, 0.125},
		{2, 3, 0.5, 0.5},
		{0, 0, 0.05, 1},
	} {
		if got := stats.AtLeast(c.k, c.n, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d of %d at %v: got %v, want %v", c.k, c.n, c.p, got, c.want)
		}
	}
}
