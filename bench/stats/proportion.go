package stats

import "gonum.org/v1/gonum/stat/distuv"

// Proportion returns the exact interval of Clopper and Pearson (Biometrika 26,
// 1934) for the probability of an event that was seen in k of n independent
// tries: it holds the truth at least as often as level says, however small n.
// It runs from 0 to 1 when nothing was tried.
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

// AtLeast returns the probability that k or more of n draws are what each is with
// probability p (the binomial distribution). It is 1 for none.
func AtLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	return distuv.Binomial{N: float64(n), P: p}.Survival(float64(k - 1))
}
