package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/classibench/classibench/bench/stats"
)

// Jennison and Turnbull, Group Sequential Methods (1999), table 2.3: constants
// of two-sided O'Brien–Fleming tests with equally spaced looks.
var published = []struct {
	looks    int
	alpha    float64 // two-sided
	constant float64
}{
	{1, 0.10, 1.645}, {2, 0.10, 1.678}, {3, 0.10, 1.710}, {4, 0.10, 1.733}, {5, 0.10, 1.751}, {10, 0.10, 1.801},
	{1, 0.05, 1.960}, {2, 0.05, 1.977}, {3, 0.05, 2.004}, {4, 0.05, 2.024}, {5, 0.05, 2.040}, {10, 0.05, 2.087},
	{1, 0.01, 2.576}, {2, 0.01, 2.580}, {3, 0.01, 2.595}, {4, 0.01, 2.609}, {5, 0.01, 2.621}, {10, 0.01, 2.660},
}

// A one-sided test at half the level has the same constant to three digits, because
// almost no walk leaves on both sides.
func TestOBrienFlemingAsPublished(t *testing.T) {
	for _, p := range published {
		if got := stats.OBrienFleming(p.looks, p.alpha/2); math.Abs(got-p.constant) > 6e-4 {
			t.Errorf("%d looks at a two-sided %v: got %.4f, published %.3f", p.looks, p.alpha, got, p.constant)
		}
		h := p.constant * math.Sqrt(float64(p.looks))
		if got := 1 - stats.Stays(even(p.looks), -h, h); math.Abs(got-p.alpha) > 0.0035*p.alpha {
			t.Errorf("%d looks with the published constant %v: error probability %.5f, want %v", p.looks, p.constant, got, p.alpha)
		}
	}
}

func even(looks int) []float64 {
	s := make([]float64, looks)
	for i := range s {
		s[i] = 1
	}
	return s
}

// The constant of the design, 1.751 for 5 looks at 5%, checked without an integral:
// with walks of pseudo-random numbers.
func TestOBrienFlemingBySimulation(t *testing.T) {
	const looks, runs = 5, 400_000
	r := rand.New(rand.NewPCG(5, 1751))
	crossed := 0
	for range runs {
		walk := 0.0
		for range looks {
			if walk += r.NormFloat64(); walk > 1.751*math.Sqrt(looks) {
				crossed++
				break
			}
		}
	}
	// The standard error of the share is 0.00034.
	if share := float64(crossed) / runs; math.Abs(share-0.05) > 0.0012 {
		t.Errorf("walks cross the bound of 1.751·√(5/k) in a share of %v, want 0.05", share)
	}
}

// Looks at other times than planned change the error only a little, as the walk's
// bound is the same at all of them. A run that is cut short errs less often, a run
// with one more look hardly more often.
func TestBoundsHoldWithUnequalLooks(t *testing.T) {
	const constant = 1.7508658
	for _, c := range []struct {
		name     string
		at       []float64 // information at each look, as a share of that planned for the last
		from, to float64
	}{
		{"as planned", []float64{0.2, 0.4, 0.6, 0.8, 1}, 0.0499, 0.0501},
		{"early and late", []float64{0.1, 0.5, 0.55, 0.9, 1}, 0.045, 0.0505},
		{"cut short", []float64{0.2, 0.4, 0.6, 0.8}, 0.025, 0.04},
		{"one look alone", []float64{1}, 0.039, 0.041},
		{"every fifteenth", []float64{1. / 15, 2. / 15, 3. / 15, 4. / 15, 5. / 15, 6. / 15, 7. / 15, 8. / 15, 9. / 15, 10. / 15, 11. / 15, 12. / 15, 13. / 15, 14. / 15, 1}, 0.055, 0.064},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sigmas []float64
			before := 0.0
			for _, at := range c.at {
				sigmas, before = append(sigmas, math.Sqrt(at-before)), at
			}
			if got := 1 - stats.Stays(sigmas, math.Inf(-1), constant); got < c.from || got > c.to {
				t.Errorf("looks at %v: error probability %.4f, want %v to %v", c.at, got, c.from, c.to)
			}
		})
	}
}

// Quantiles of Student's t from published tables: t(0.975; 10) = 2.228, t(0.95; 4)
// = 2.132; and by hand t(1−p; 1) = cot(πp).
func TestStudentBound(t *testing.T) {
	cauchy := 1 / math.Tan(math.Pi*0.5*math.Erfc(2.768/math.Sqrt2))
	for _, c := range []struct{ normal, df, want float64 }{
		{1.959964, 10, 2.228139}, {1.644854, 4, 2.131847}, {2.768, 1, cauchy}, {1.751, 1e7, 1.751},
	} {
		if got := stats.StudentBound(c.normal, c.df); math.Abs(got/c.want-1) > 1e-5 {
			t.Errorf("bound %v with %v degrees of freedom: got %v, want %v", c.normal, c.df, got, c.want)
		}
	}
}

func BenchmarkOBrienFleming(b *testing.B) {
	for b.Loop() {
		stats.OBrienFleming(5, 0.05)
	}
}
