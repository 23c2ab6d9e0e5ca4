package stats

import (
	"math"
	"slices"
)

// Quad returns the value of a quad of blocks in the order A B B A: the logarithm of
// B's rate divided by A's, each over both of its blocks. A steady drift of the
// machine cancels out. The value is NaN if a side has no hits, or no time.
func Quad(hits, seconds [4]float64) float64 {
	a := (hits[0] + hits[3]) / (seconds[0] + seconds[3])
	b := (hits[1] + hits[2]) / (seconds[1] + seconds[2])
	if d := math.Log(b / a); !math.IsInf(d, 0) {
		return d
	}
	return math.NaN()
}

// HodgesLehmann returns the Hodges–Lehmann estimate of the centre of d: the median
// of the means of all pairs, including each value with itself (Hodges and Lehmann,
// Annals of Mathematical Statistics 34, 1963). It is NaN without values.
func HodgesLehmann(d []float64) float64 {
	if len(d) == 0 {
		return math.NaN()
	}
	return median(walsh(d))
}

// walsh returns the n(n+1)/2 Walsh averages of d, sorted.
func walsh(d []float64) []float64 {
	averages := make([]float64, 0, len(d)*(len(d)+1)/2)
	for i, x := range d {
		for _, y := range d[i:] {
			averages = append(averages, (x+y)/2)
		}
	}
	slices.Sort(averages)
	return averages
}

// median returns the median of sorted values. gonum's stat.Quantile has none: for
// 1, 2, 3 its LinInterp gives 1.5, and for 1, 2 its Empirical gives 1.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// ACF1 returns the lag-1 autocorrelation of d (Box and Jenkins), a measure of how
// alike neighbours are. It is 0 for fewer than 3 values, or if they do not vary.
func ACF1(d []float64) float64 {
	if len(d) < 3 {
		return 0
	}
	mean := mean(d)
	var with, all float64
	for i, x := range d {
		all += (x - mean) * (x - mean)
		if i > 0 {
			with += (x - mean) * (d[i-1] - mean)
		}
	}
	if all == 0 {
		return 0
	}
	return with / all
}

func mean(d []float64) float64 {
	sum := 0.0
	for _, x := range d {
		sum += x
	}
	return sum / float64(len(d))
}

// variance returns the sample variance, with n−1 in the denominator.
func variance(d []float64) float64 {
	m, sum := mean(d), 0.0
	for _, x := range d {
		sum += (x - m) * (x - m)
	}
	return sum / float64(len(d)-1)
}
