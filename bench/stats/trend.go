package stats

import (
	"math"
	"slices"
)

// A Trend is the slope of a series with its interval.
type Trend struct {
	Slope     float64 // in units of y per unit of x; NaN if no two points have different x
	Intercept float64 // median of y − Slope·x
	Interval  Interval
	Level     float64 // of the interval
	N         int     // number of points
	Step      bool    // the interval does not contain 0, but a single step explains the series better than a line does
}

// TheilSen returns the trend of y over x: the median of the slopes of all pairs of
// points (Theil, Indagationes Mathematicae 12, 1950; Sen, JASA 63, 1968). Up to 29% of
// the points may be wild. The interval at a two-sided level such as 0.95 assumes no
// distribution: its ends are the slopes that quantiles of Kendall's statistic number
// (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, §9.3). With equal
// values of y it is a bit too wide.
//
// Neighbours that are alike, such as the memory of a program between two collections of
// its garbage, would make it too narrow. The variance of Kendall's statistic therefore
// grows with the correlation of the ranks around the line (see rankInflation).
//
// The slope of a series with one step is not 0, although it does not go on: Step tells
// such a series from one that grows. The time grows with the square of the number of
// points. x must be in order, and y as long as x.
func TheilSen(x, y []float64, level float64) Trend {
	t := Trend{Slope: math.NaN(), Intercept: math.NaN(), Interval: unbounded, Level: level, N: len(x)}
	slopes := slopesOf(x, y)
	if len(slopes) == 0 {
		return t
	}
	t.Slope = median(slopes)
	rest := t.residuals(x, y)
	t.Intercept = medianOf(rest)
	if cut := kendallCut(len(x), len(slopes), (1-level)/2, rankInflation(rest)); cut > 0 {
		t.Interval = Interval{slopes[cut-1], slopes[len(slopes)-cut]}
	}
	t.Step = (t.Interval.Low > 0 || t.Interval.High < 0) && stepIsBetter(y, rest)
	return t
}

// residuals returns the values without the slope.
func (t Trend) residuals(x, y []float64) []float64 {
	rest := make([]float64, len(x))
	for i := range x {
		rest[i] = y[i] - t.Slope*x[i]
	}
	return rest
}

// slopesOf returns the slopes of all pairs of points with different x, sorted.
func slopesOf(x, y []float64) (slopes []float64) {
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	slices.Sort(slopes)
	return slopes
}

// stepIsBetter reports whether y is closer to two levels, one before and one after a
// point, than to a line, whose residuals are given. The step has one parameter more, the
// point: it has to be better by the Bayesian information criterion, with the likelihood
// of a Laplace distribution.
func stepIsBetter(y, rest []float64) bool {
	n, line, step := float64(len(y)), spread(rest), math.Inf(1)
	for at := 1; at < len(y); at++ {
		step = min(step, spread(y[:at])+spread(y[at:]))
	}
	return 2*n*math.Log(step/line) < -2*math.Log(n)
}

// spread returns the sum of the distances from the median.
func spread(values []float64) (sum float64) {
	m := medianOf(values)
	for _, v := range values {
		sum += math.Abs(v - m)
	}
	return sum
}
