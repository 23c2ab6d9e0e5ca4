package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

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

// WilsonProportion returns Wilson's score interval (JASA 22, 1927) for the same
// probability. It is narrower, and holds the truth as often as level says on
// average over what the truth may be, not for each of them.
func WilsonProportion(k, n int, level float64) Interval {
	if n == 0 {
		return Interval{0, 1}
	}
	z, tries := quantile((1+level)/2), float64(n)
	p := float64(k) / tries
	centre := (p + z*z/(2*tries)) / (1 + z*z/tries)
	half := z / (1 + z*z/tries) * math.Sqrt(p*(1-p)/tries+z*z/(4*tries*tries))
	i := Interval{centre - half, centre + half}
	if k == 0 {
		i.Low = 0 // exactly, which rounding would miss
	}
	if k == n {
		i.High = 1
	}
	return i
}
