package stats

import (
	"math"
	"slices"
)

// exactPoints is the largest number of points for which the distribution of Kendall's
// statistic is computed. For more it is close to a normal one.
const exactPoints = 40

// kendallCut returns the number of slopes to cut off at each end, of those of n points,
// so that a series without a trend has the slope 0 among the others, except with a
// probability of tail on each side. 0 means that there are too few points.
func kendallCut(n, slopes int, tail, inflation float64) int {
	if n <= exactPoints && inflation == 1 && slopes == n*(n-1)/2 {
		return inversionQuantile(n, tail)
	}
	m := float64(n)
	c := quantile(1-tail) * math.Sqrt(inflation*m*(m-1)*(2*m+5)/18)
	return max(0, int((float64(slopes)-c)/2))
}

// inversionQuantile returns the largest k for which a random order of n values has
// fewer than k inversions with a probability of at most tail.
func inversionQuantile(n int, tail float64) int {
	sum := 0.0
	for k, p := range inversions(n) {
		if sum += p; sum > tail {
			return k
		}
	}
	return 0
}

// inversions returns the probability of each number of inversions in a random order of
// n values: the i-th value adds 0 to i−1 of them, with the same probability each.
func inversions(n int) []float64 {
	p := []float64{1}
	for i := 2; i <= n; i++ {
		next := make([]float64, len(p)+i-1)
		for k, q := range p {
			for add := range i {
				next[k+add] += q / float64(i)
			}
		}
		p = next
	}
	return p
}

// rankInflation returns the factor by which the variance of Kendall's statistic grows
// because neighbours are alike, from the correlations of the ranks that exceed their
// bounds at 5% (Hamed and Rao, Journal of Hydrology 204, 1998). It is at least 1.
func rankInflation(d []float64) float64 {
	r, n, sum := ranks(d), float64(len(d)), 0.0
	for lag := 1; lag < len(d)-2; lag++ {
		if rho := autocorrelation(r, lag); math.Abs(rho) > 1.96/math.Sqrt(n) {
			m := n - float64(lag)
			sum += m * (m - 1) * (m - 2) * rho
		}
	}
	return max(1, 1+2*sum/(n*(n-1)*(n-2)))
}

// autocorrelation returns the correlation of a series with itself some values later; 0
// for a constant one.
func autocorrelation(d []float64, lag int) float64 {
	m, sum, squares := mean(d), 0.0, 0.0
	for i, x := range d {
		squares += (x - m) * (x - m)
		if i >= lag {
			sum += (x - m) * (d[i-lag] - m)
		}
	}
	if squares == 0 {
		return 0
	}
	return sum / squares
}

// ranks returns the ranks of values, from 1. Equal values have the mean of theirs.
func ranks(d []float64) []float64 {
	sorted := slices.Sorted(slices.Values(d))
	r := make([]float64, len(d))
	for i, x := range d {
		low, _ := slices.BinarySearch(sorted, x)
		high := low
		for high < len(sorted) && sorted[high] == x {
			high++
		}
		r[i] = float64(low+high+1) / 2
	}
	return r
}
