package stats

import "gonum.org/v1/gonum/stat/distuv"

// Proportion returns the exact interval of Clopper and Pearson (Biometrika 26,
// 1934) for the probability of an event that occurred in k of n independent trials.
// It contains the true probability at least as often as level, for any n. Without
// trials it is 0 to 1.
func Proportion(k, n int, level float64) Interval {
	tail, i := (1-level)/2, Interval{0, 1}
	if k > 0 {
		i.Low = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(tail)
	}
	if k < n {
		i.High = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - tail)
	}
	return i
}

// AtLeast returns the probability that k or more of n trials succeed, each with
// probability p (the binomial distribution). For k = 0 it is 1.
func AtLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	return distuv.Binomial{N: float64(n), P: p}.Survival(float64(k - 1))
}
