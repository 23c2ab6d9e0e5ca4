package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Holm adjusts the p-values of several tests for their number. If the adjusted
// values are compared with alpha, the probability of one or more false alarms is at
// most alpha (Holm, Scandinavian Journal of Statistics 6, 1979). The tests need not
// be independent. The smallest value is multiplied by the number of tests, the next
// by one less, and so on; no adjusted value is less than that of a smaller p-value.
// Values that are NaN, of tests that were not possible, stay NaN and do not count.
func Holm(p []float64) []float64 {
	adjusted := slices.Clone(p)
	var order []int
	for i, x := range p {
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	least := 0.0
	for rank, i := range order {
		least = max(least, min(1, p[i]*float64(len(order)-rank)))
		adjusted[i] = least
	}
	return adjusted
}

// studentP returns the probability of a t of estimate/se or less.
func studentP(estimate, se, df float64) float64 {
	if se == 0 {
		// Without variance, the sign is certain.
		return map[int]float64{-1: 0, 0: 0.5, 1: 1}[cmp.Compare(estimate, 0)]
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.CDF(estimate / se)
}

// LossP returns the one-sided p-value of Student's test of the hypothesis that the
// mean of values by session is 0 or more: small values show a loss. It is also
// valid if neighbours are correlated, or if a restart changes more than the values
// inside a session show. It is NaN for fewer than two values.
func LossP(sessions [][]float64) float64 {
	s := summarize(sessions)
	if s.n < 2 {
		return math.NaN()
	}
	p := s.within.p(s.mean)
	if s.between.df > 0 {
		p = max(p, s.between.p(s.mean))
	}
	return p
}

// EstimateOf is [Estimate] for values by session. If a restart may change more than
// the values inside a session show, the interval is wider.
func EstimateOf(sessions [][]float64, level float64) Gain {
	g, s := Estimate(slices.Concat(sessions...), level), summarize(sessions)
	if !(s.between.df > 0) {
		return g
	}
	if i := s.between.interval(g.Estimate, quantile((1+level)/2)); i.High-i.Low > g.Interval.High-g.Interval.Low {
		g.Interval = i
		g.MDE = (studentQuantile(s.between.df, (1+level)/2) + studentQuantile(s.between.df, 0.8)) * s.between.se
	}
	return g
}
