package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/stats"
)

var close4 = cmpopts.EquateApprox(0, 5e-5)

// Depression scores of nine patients before and after therapy, as differences
// (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, example 3.1:
// Hamilton factor IV). Published: estimate −0.46; signed-rank interval at 96.1%
// from −0.786 to −0.010.
var hamilton = []float64{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010}

func TestHodgesLehmann(t *testing.T) {
	for _, c := range []struct {
		name string
		d    []float64
		want float64
	}{
		{"published", hamilton, -0.46},
		{"one value", []float64{3}, 3},
		{"by hand: 1 1.5 2 2 2.5 3", []float64{1, 2, 3}, 2},
		{"by hand, skewed: 0 0 0 5 5 10", []float64{0, 0, 10}, 2.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.HodgesLehmann(c.d); math.Abs(got-c.want) > 5e-4 {
				t.Errorf("HodgesLehmann(%v) = %v, want %v", c.d, got, c.want)
			}
		})
	}
}

// The median of an even number of values is the mean of the two in the middle.
func TestMedian(t *testing.T) {
	for want, d := range map[float64][]float64{3: {3}, 1.5: {1, 2}, 2: {1, 2, 9}, 2.5: {1, 2, 3, 9}} {
		if got := stats.Median(d); got != want {
			t.Errorf("%v: got %v, want %v", d, got, want)
		}
	}
}

func TestWilcoxonInterval(t *testing.T) {
	got := stats.WilcoxonInterval(hamilton, 0.96)
	if want := (stats.Interval{Low: -0.786, High: -0.010}); !cmp.Equal(got, want, close4) {
		t.Errorf("published example: got %v, want %v", got, want)
	}
	if got := stats.WilcoxonInterval(hamilton[:5], 0.95); !math.IsInf(got.Low, -1) || !math.IsInf(got.High, 1) {
		t.Errorf("five values at 95%%: got %v, want no bounds", got)
	}
	// Six values: P(T = 0) = 1/64 = 1.6%, below 2.5%: the ends are the extremes.
	got = stats.WilcoxonInterval([]float64{5, 1, 4, 2, 6, 3}, 0.95)
	if want := (stats.Interval{Low: 1, High: 6}); got != want {
		t.Errorf("six values at 95%%: got %v, want %v", got, want)
	}
}

// Student's sleep data, group 2 minus group 1 (Biometrika 6, 1908), with R's
// t.test(extra ~ group, data = sleep, paired = TRUE): mean 1.58, 95% from 0.7001142
// to 2.4598858.
func TestTInterval(t *testing.T) {
	d := []float64{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4}
	got := stats.TInterval(d, 0.95)
	if want := (stats.Interval{Low: 0.7001142, High: 2.4598858}); !cmp.Equal(got, want, close4) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestACF1(t *testing.T) {
	// By hand: mean 3; products (−2)(−1) + 0 + 0 + (1)(2) = 4; squares 10.
	if got := stats.ACF1([]float64{1, 2, 3, 4, 5}); math.Abs(got-0.4) > 1e-12 {
		t.Errorf("ACF1(1…5) = %v, want 0.4", got)
	}
	if got := stats.ACF1([]float64{1, -1, 1, -1}); math.Abs(got+0.75) > 1e-12 {
		t.Errorf("ACF1(1 −1 1 −1) = %v, want −0.75", got)
	}
	if got := stats.ACF1([]float64{7, 7, 7}); got != 0 {
		t.Errorf("ACF1 of a constant = %v, want 0", got)
	}
}

func TestQuadCancelsASteadyDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(1, 1e5).Draw(t, "rate")
		gain := rapid.Float64Range(0.1, 100).Draw(t, "gain")
		drift := rapid.Float64Range(-0.3, 0.3).Draw(t, "drift per block")
		length := rapid.Float64Range(0.01, 10).Draw(t, "length")
		at := func(block float64) float64 { return rate * length * (1 + drift*block) }
		d := stats.Quad([4]float64{at(0), gain * at(1), gain * at(2), at(3)}, [4]float64{length, length, length, length})
		if math.Abs(d-math.Log(gain)) > 1e-9 {
			t.Fatalf("gain %v under a drift of %v: got %v", gain, drift, math.Exp(d))
		}
	})
}

// A block that a stall prolonged counts with its whole time. A side without hits
// makes the quad void.
func TestQuadByHand(t *testing.T) {
	d := stats.Quad([4]float64{100, 100, 50, 100}, [4]float64{1, 1, 4, 1}) // 100 and 30 a second
	if math.Abs(d-math.Log(0.3)) > 1e-12 {
		t.Errorf("got a ratio of %v, want 0.3", math.Exp(d))
	}
	for _, hits := range [][4]float64{{0, 1, 1, 0}, {1, 0, 0, 1}, {}} {
		if d := stats.Quad(hits, [4]float64{1, 1, 1, 1}); !math.IsNaN(d) {
			t.Errorf("hits %v: got %v, want NaN", hits, d)
		}
	}
	if d := stats.Quad([4]float64{1, 1, 1, 1}, [4]float64{}); !math.IsNaN(d) {
		t.Errorf("no time: got %v, want NaN", d)
	}
}

// The interval of independent values must contain the truth as often as its level,
// and that of correlated values (a first-order autoregression) not much less often.
func TestCoverage(t *testing.T) {
	for _, c := range []struct {
		name   string
		rho    float64
		lo, hi float64
	}{
		{"independent", 0, 0.93, 0.97},
		{"alike", 0.4, 0.80, 0.97},
	} {
		t.Run(c.name, func(t *testing.T) {
			const runs, n = 2000, 24
			r := rand.New(rand.NewPCG(1, 2))
			held := 0
			for range runs {
				d := make([]float64, n)
				x := r.NormFloat64()
				for i := range d {
					x = c.rho*x + math.Sqrt(1-c.rho*c.rho)*r.NormFloat64()
					d[i] = 0.3 + 0.05*x
				}
				if g := stats.Estimate(d, 0.95); g.Interval.Low <= 0.3 && 0.3 <= g.Interval.High {
					held++
				}
			}
			if share := float64(held) / runs; share < c.lo || share > c.hi {
				t.Errorf("the 95%% interval contained the truth in a share of %v of %d runs, want %v to %v", share, runs, c.lo, c.hi)
			}
		})
	}
}

func TestEstimateOfFew(t *testing.T) {
	g := stats.Estimate([]float64{0.5}, 0.95)
	if g.Ratio() != math.Exp(0.5) || !math.IsInf(g.HalfWidth(), 1) || !math.IsInf(g.MDE, 1) {
		t.Errorf("one value: got %+v, want an estimate without bounds", g)
	}
	if g := stats.Estimate(nil, 0.95); !math.IsNaN(g.Estimate) {
		t.Errorf("no value: got %v, want NaN", g.Estimate)
	}
}

func TestMergeNeighboursThatAreAlike(t *testing.T) {
	steps := make([]float64, 32)
	for i := range steps {
		steps[i] = float64(i / 8)
	}
	g := stats.Estimate(steps, 0.95)
	if plain := stats.TInterval(steps, 0.95); g.Merged != 2 || g.Interval.High-g.Interval.Low <= plain.High-plain.Low {
		t.Errorf("got merged %d and %v, want pairs merged and wider than %v", g.Merged, g.Interval, plain)
	}
}
