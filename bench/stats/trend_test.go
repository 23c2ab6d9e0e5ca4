package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/stats"
)

// numbers returns 0 … n−1.
func numbers(n int) (x []float64) {
	for i := range n {
		x = append(x, float64(i))
	}
	return x
}

// Double ratios of rain over five years of cloud seeding (data of Hollander, Wolfe and
// Chicken, Nonparametric Statistical Methods, example 9.1). Of five points in a random
// order, P(no inversion) = 1/120 and P(at most one) = 5/120: the ends are the extremes.
func TestTheilSenOfFivePoints(t *testing.T) {
	got := stats.TheilSen([]float64{1, 2, 3, 4, 5}, []float64{1.26, 1.27, 1.12, 1.16, 1.03}, 0.95)
	// By hand: 0.01, −0.15, 0.04, −0.13, −0.07, −0.055, −0.045, −0.1/3, −0.08, −0.23/4.
	if want := (-0.055 - 0.23/4) / 2; math.Abs(got.Slope-want) > 1e-12 {
		t.Errorf("got a slope of %v, want %v", got.Slope, want)
	}
	if want := (stats.Interval{Low: -0.15, High: 0.04}); !cmp.Equal(got.Interval, want, close4) {
		t.Errorf("got %v, want %v", got.Interval, want)
	}
}

func TestTheilSenByHand(t *testing.T) {
	for _, c := range []struct {
		name      string
		x, y      []float64
		slope     float64
		low, high float64
		intercept float64
	}{
		{"a line", numbers(10), []float64{1, 3, 5, 7, 9, 11, 13, 15, 17, 19}, 2, 2, 2, 1},
		{"one wild point", numbers(7), []float64{0, 1, 2, 99, 4, 5, 6}, 1, 1, 1, 0},
		{"constant", numbers(8), make([]float64, 8), 0, 0, 0, 0},
		{"four points at 95%", numbers(4), []float64{0, 1, 2, 3}, 1, math.Inf(-1), math.Inf(1), 0},
		{"one point", []float64{3}, []float64{4}, math.NaN(), math.Inf(-1), math.Inf(1), math.NaN()},
		{"one place", []float64{3, 3}, []float64{4, 5}, math.NaN(), math.Inf(-1), math.Inf(1), math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := stats.TheilSen(c.x, c.y, 0.95)
			same := func(a, b float64) bool {
				return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9
			}
			if !same(got.Slope, c.slope) || !same(got.Interval.Low, c.low) || !same(got.Interval.High, c.high) || !same(got.Intercept, c.intercept) || got.N != len(c.x) || got.Step {
				t.Errorf("got %+v, want slope %v from %v to %v, intercept %v", got, c.slope, c.low, c.high, c.intercept)
			}
		})
	}
}

// A soak yields n values around a slope.
type soak struct {
	name   string
	n      int
	slope  float64
	noise  func(r *rand.Rand, i int, last float64) float64
	lo, hi float64 // share of the intervals that contain the slope
}

func white(r *rand.Rand, _ int, _ float64) float64 { return r.NormFloat64() }

// heavy has a wild value in ten.
func heavy(r *rand.Rand, _ int, _ float64) float64 {
	if r.IntN(10) == 0 {
		return 50 * r.Float64()
	}
	return r.NormFloat64()
}

func alike(r *rand.Rand, _ int, last float64) float64 {
	return 0.5*last + math.Sqrt(0.75)*r.NormFloat64()
}

// sawtooth is memory that is collected once it has grown by 10, which takes 8 values or
// more.
func sawtooth(r *rand.Rand, _ int, last float64) float64 {
	if last += 1.2 * r.Float64(); last > 10 {
		return 0
	}
	return last
}

// The interval contains the slope about as often as its level, 95%, promises.
func TestTheilSenCoverage(t *testing.T) {
	for _, s := range []soak{
		{"white, 12 points", 12, 0.02, white, 0.93, 0.99},
		{"white, 30 points", 30, 0.02, white, 0.92, 0.98},
		{"white, 100 points", 100, 0, white, 0.93, 0.98},
		{"wild points", 60, 0.02, heavy, 0.93, 0.98},
		{"alike", 100, 0.02, alike, 0.8, 0.98},
		{"sawtooth", 100, 0, sawtooth, 0.85, 1},
		{"sawtooth that grows", 200, 0.02, sawtooth, 0.85, 1},
	} {
		t.Run(s.name, func(t *testing.T) {
			const runs = 500
			r := rand.New(rand.NewPCG(1, 3))
			held := 0
			for range runs {
				trend := stats.TheilSen(numbers(s.n), s.values(r), 0.95)
				if trend.Interval.Low <= s.slope && s.slope <= trend.Interval.High {
					held++
				}
			}
			t.Logf("contained in %d of %d", held, runs)
			if share := float64(held) / runs; share < s.lo || share > s.hi {
				t.Errorf("the interval contained the slope in a share of %v, want %v to %v", share, s.lo, s.hi)
			}
		})
	}
}

func (s soak) values(r *rand.Rand) (y []float64) {
	last := 10 * r.Float64()
	for i := range s.n {
		last = s.noise(r, i, last)
		y = append(y, s.slope*float64(i)+last)
	}
	return y
}

// One step is told from growth, wherever it is. A series grows if the interval is above
// 0 and no single step explains it better.
func TestTheilSenTellsStepsFromGrowth(t *testing.T) {
	const runs, n = 300, 100
	step := func(height float64) func(i, at int) float64 {
		return func(i, at int) float64 {
			if i < at {
				return 0
			}
			return height
		}
	}
	line := func(rise float64) func(i, at int) float64 {
		return func(i, _ int) float64 { return rise * float64(i) / n }
	}
	for _, c := range []struct {
		name   string
		shape  func(i int, at int) float64 // in standard deviations of the noise
		lo, hi float64                     // share of the series that grow
	}{
		{"nothing", line(0), 0, 0.05},
		{"a step of 2", step(2), 0, 0.08},
		{"a step of 4", step(4), 0, 0.01},
		{"a step of 100", step(100), 0, 0},
		{"a line that rises by 3", line(3), 0.95, 1},
		{"a line that rises by 6", line(6), 0.99, 1},
		{"stairs", func(i, _ int) float64 { return 3 * float64(i/12) }, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, grow := rand.New(rand.NewPCG(1, 4)), 0
			for range runs {
				at := n/5 + r.IntN(3*n/5)
				var y []float64
				for i := range n {
					y = append(y, c.shape(i, at)+r.NormFloat64())
				}
				if trend := stats.TheilSen(numbers(n), y, 0.95); trend.Interval.Low > 0 && !trend.Step {
					grow++
				}
			}
			t.Logf("%d of %d grow", grow, runs)
			if share := float64(grow) / runs; share < c.lo || share > c.hi {
				t.Errorf("a share of %v grows, want %v to %v", share, c.lo, c.hi)
			}
		})
	}
}
