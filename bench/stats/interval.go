package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// An Interval is a confidence interval. Its ends are infinite if the sample is too
// small for the level.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

var unbounded = Interval{math.Inf(-1), math.Inf(1)}

// TInterval returns Student's interval for the mean of d at a two-sided level
// such as 0.95.
func TInterval(d []float64, level float64) Interval {
	n := float64(len(d))
	if n < 2 {
		return unbounded
	}
	half := studentQuantile(n-1, (1+level)/2) * math.Sqrt(variance(d)/n)
	return Interval{mean(d) - half, mean(d) + half}
}

// StudentT returns the half-width of a two-sided interval in standard errors: 1.96
// at 95% with many degrees of freedom.
func StudentT(level, df float64) float64 { return studentQuantile(df, (1+level)/2) }

func studentQuantile(df, p float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
}

// WilcoxonInterval returns the interval for the centre of d from the exact Wilcoxon
// signed-rank test (Hollander, Wolfe and Chicken, Nonparametric Statistical
// Methods, §3.3). It assumes symmetry, not normality. Its ends are Walsh averages;
// they are infinite if d is too small for the level (fewer than 6 values at 95%).
func WilcoxonInterval(d []float64, level float64) Interval {
	n := len(d)
	c := signedRankQuantile(n, (1-level)/2)
	if c < 1 {
		return unbounded
	}
	w := walsh(d)
	return Interval{w[c-1], w[len(w)-c]}
}

// signedRankQuantile returns the number of Walsh averages to cut off at each end:
// the largest c with P(T ≤ c−1) ≤ tail, where T is the signed-rank statistic of n
// values.
func signedRankQuantile(n int, tail float64) int {
	sum := 0.0
	for t, p := range signedRank(n) {
		if sum += p; sum > tail {
			return t
		}
	}
	return 0
}

// signedRank returns the exact null distribution of the signed-rank statistic:
// the probability of each sum of ranks 0 … n(n+1)/2, where each rank counts with
// probability ½.
func signedRank(n int) []float64 {
	p := make([]float64, n*(n+1)/2+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for t := rank * (rank + 1) / 2; t >= 0; t-- {
			with := 0.0
			if t >= rank {
				with = p[t-rank]
			}
			p[t] = (p[t] + with) / 2
		}
	}
	return p
}
