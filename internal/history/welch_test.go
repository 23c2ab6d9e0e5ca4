package history

import (
	"math"
	"testing"
)

func TestWelch(t *testing.T) {
	for _, tc := range []struct {
		name         string
		a, b         []float64
		middle, half float64
	}{
		// Equal variances 1 and sizes 3: 4 degrees of freedom, t = 2.776, √(1/3 + 1/3) = 0.8165.
		{"equal variances", []float64{1, 2, 3}, []float64{11, 12, 13}, 10, 2.2668},
		// The variance of one alone, 2.5: 4 degrees of freedom, t = 2.776, √(2.5/5) = 0.7071.
		{"one of them constant", []float64{5, 5, 5, 5, 5}, []float64{1, 2, 3, 4, 5}, -2, 1.9632},
		{"both constant", []float64{5, 5}, []float64{7, 7, 7}, 2, 0},
		// Means 20.82 and 22.99, variances 7.87 and 3.81 of 15 each: 24.99 degrees of freedom, t = 2.060.
		{"unequal variances",
			[]float64{27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4},
			[]float64{27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4}, 2.1667, 1.8174},
	} {
		t.Run(tc.name, func(t *testing.T) {
			low, high := welch(tc.a, tc.b, 0.95)
			if math.Abs((low+high)/2-tc.middle) > 1e-3 || math.Abs((high-low)/2-tc.half) > 1e-3 {
				t.Errorf("welch = %.4f to %.4f, want %.4f ± %.4f", low, high, tc.middle, tc.half)
			}
		})
	}
}
