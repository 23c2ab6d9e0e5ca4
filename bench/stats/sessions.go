package stats

import (
	"math"
	"slices"
)

// What is assumed about sessions before they themselves can tell: that the variance of
// the mean of one is twice what its values, taken for independent, would give it, since
// neighbours in time are alike; and that a restart adds a standard deviation of 1%,
// since memory is laid out and hash tables are seeded again. It weighs as much as four
// further sessions.
const (
	assumedAlike   = 2
	assumedRestart = 0.01
	assumedWeight  = 4

	// of a restart, while there is a single session: it falls with the square of their number
	assumedLandslide = 0.04
)

// An uncertainty is the standard error of an estimate, with the degrees of
// freedom that it comes from.
type uncertainty struct{ se, df float64 }

// interval reaches as far as a normal bound maps to.
func (u uncertainty) interval(centre, bound float64) Interval {
	if !(u.df > 0) || math.IsNaN(centre) {
		return unbounded
	}
	half := studentBound(bound, u.df) * u.se
	return Interval{centre - half, centre + half}
}

// p is the one-sided p-value of an estimate as low as this or lower.
func (u uncertainty) p(estimate float64) float64 {
	if !(u.df > 0) {
		return math.NaN()
	}
	return studentP(estimate, u.se, u.df)
}

// A summary is what the values of some sessions have to say about their centre.
type summary struct {
	n, sessions     int
	mean, acf1      float64
	within, between uncertainty
}

// summarize finds the mean of all values, and how uncertain it is on two
// grounds.
//
// within takes the values one by one, like Student. If neighbours are alike
// (ACF1 above 2/√n), its error grows by √((1+r)/(1−r)).
//
// between takes the means of the sessions, so that what a restart changes counts
// as often as there were restarts, not quads. Two sessions, or three, do not tell
// how much that is: the variance of their means is therefore averaged with what
// it would be under the assumption above, each weighing by its degrees of
// freedom.
func summarize(sessions [][]float64) summary {
	sessions = slices.DeleteFunc(slices.Clone(sessions), func(d []float64) bool { return len(d) == 0 })
	var all, means []float64
	for _, d := range sessions {
		all, means = append(all, d...), append(means, mean(d))
	}
	s := summary{n: len(all), sessions: len(means), mean: mean(all)}
	if n := float64(s.n); s.n > 1 && !math.IsInf(s.mean, 0) && !math.IsNaN(s.mean) {
		s.acf1 = ACF1(all)
		s.within = uncertainty{math.Sqrt(variance(all)/n) * inflation(all), n - 1}
		s.between = between(sessions, means, n)
	}
	return s
}

// inflation is by how much the standard error of the mean of values grows when
// neighbours are alike.
func inflation(d []float64) float64 {
	if r := ACF1(d); autocorrelated(d) {
		return math.Sqrt((1 + r) / (1 - r))
	}
	return 1
}

// between returns the uncertainty of the mean of n values from the means of
// their sessions. A session counts by its values: one that has only just begun
// says next to nothing. Sessions of unequal length are worth as many equal ones as
// n²/Σnᵢ² (Kish's effective number).
func between(sessions [][]float64, means []float64, n float64) uncertainty {
	k := float64(len(means))
	if n == k {
		return uncertainty{} // one value each does not tell what a session alone varies by
	}
	inside, among, size := squares(sessions, means, n)
	m := n / size
	within := inside / (n - k)
	restart := max(assumedRestart, assumedLandslide/(m*m))
	sum := assumedWeight*(assumedAlike*within/size+restart*restart) + max(0, among-(k-m)*within)/size
	df := assumedWeight + m - 1
	return uncertainty{math.Sqrt(sum / df / m), df}
}

// squares are the sums of squares of an analysis of variance, inside and among
// sessions, and the number of values in the session of a value, on average.
func squares(sessions [][]float64, means []float64, n float64) (inside, among, size float64) {
	centre := 0.0
	for i, d := range sessions {
		centre += means[i] * float64(len(d)) / n
	}
	for i, d := range sessions {
		for _, x := range d {
			inside += (x - means[i]) * (x - means[i])
		}
		k := float64(len(d))
		among += k * (means[i] - centre) * (means[i] - centre)
		size += k * k / n
	}
	return inside, among, size
}
