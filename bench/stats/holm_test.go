package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/classibench/classibench/bench/stats"
)

func TestHolm(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		p, want []float64
	}{
		{"none", nil, nil},
		{"one", []float64{0.03}, []float64{0.03}},
		// R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
		{"as R has it", []float64{0.01, 0.02, 0.03, 0.04, 0.05}, []float64{0.05, 0.08, 0.09, 0.09, 0.09}},
		// By hand: 4·0.005, 3·0.01; 2·0.03 and 1·0.04 rise to 0.06.
		{"by hand, out of order", []float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{"never above one", []float64{0.6, 0.9}, []float64{1, 1}},
		{"a test that was not made", []float64{0.01, nan, 0.02}, []float64{0.02, nan, 0.02}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.Holm(c.p); !cmp.Equal(got, c.want, close4, cmpopts.EquateNaNs()) {
				t.Errorf("Holm(%v) = %v, want %v", c.p, got, c.want)
			}
		})
	}
}

// Among 8 tests without a loss, at most 5% of all runs may have a false alarm, even
// if the tests share half of their noise.
func TestHolmHoldsTheErrorOfTheFamily(t *testing.T) {
	const tests, n = 8, 10
	runs := runs(2000)
	r := rand.New(rand.NewPCG(3, 4))
	alarms := 0
	for range runs {
		shared := make([]float64, n)
		for i := range shared {
			shared[i] = r.NormFloat64()
		}
		p := make([]float64, tests)
		for k := range p {
			d := make([]float64, n)
			for i := range d {
				d[i] = shared[i] + r.NormFloat64()
			}
			p[k] = stats.StudentLossP(d)
		}
		for _, x := range stats.Holm(p) {
			if x <= 0.05 {
				alarms++
				break
			}
		}
	}
	if i := stats.Proportion(alarms, runs, 0.99); i.Low > 0.05 || alarms == 0 {
		t.Errorf("%d of %d runs had a false alarm, want some but at most a share of 0.05", alarms, runs)
	}
}

// Student's sleep data, with R: t = 4.0621, df = 9, two-sided p = 0.002833.
func TestLossP(t *testing.T) {
	sleep := []float64{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4}
	if got, want := stats.StudentLossP(sleep), 1-0.002833/2; math.Abs(got-want) > 1e-6 {
		t.Errorf("a gain: got %v, want %v", got, want)
	}
	loss := make([]float64, len(sleep))
	for i, x := range sleep {
		loss[i] = -x
	}
	if got, want := stats.StudentLossP(loss), 0.002833/2; math.Abs(got-want) > 1e-6 {
		t.Errorf("a loss: got %v, want %v", got, want)
	}
	for want, d := range map[float64][]float64{0: {-1, -1}, 0.5: {0, 0, 0}, 1: {2, 2}} {
		if got := stats.StudentLossP(d); got != want {
			t.Errorf("StudentLossP(%v) = %v, want %v", d, got, want)
		}
	}
	if got := stats.LossP([][]float64{{1}}); !math.IsNaN(got) {
		t.Errorf("one value: got %v, want NaN", got)
	}
}

// With starts that change all routes alike, and quads with the noise of routes, all
// routes together must not raise more false alarms than allowed.
func TestRoutesErrAsPromised(t *testing.T) {
	const runs, routes = 4000, 5
	for _, c := range []struct {
		sessions      int
		starts, noise float64
	}{{3, 0.03, 0.05}, {4, 0.05, 0.05}, {7, 0.05, 0.05}, {15, 0.05, 0.05}, {4, 0.05, 0.08}, {4, 0, 0.03}} {
		alarms := 0
		for seed := range uint64(runs) {
			r := rand.New(rand.NewPCG(seed, 9))
			values := make([][][]float64, routes)
			for range c.sessions {
				start := c.starts * r.NormFloat64()
				for k := range values {
					values[k] = append(values[k], []float64{start + c.noise*r.NormFloat64(), start + c.noise*r.NormFloat64()})
				}
			}
			var p []float64
			for _, d := range values {
				p = append(p, stats.LossP(d))
			}
			if slices.Min(stats.Holm(p)) <= 0.01 {
				alarms++
			}
		}
		t.Logf("%+v: %.1f%%", c, 100*float64(alarms)/runs)
		if i := stats.Proportion(alarms, runs, 0.99); i.Low > 0.01 {
			t.Errorf("%+v: %d of %d", c, alarms, runs)
		}
	}
}
