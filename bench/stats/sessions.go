package stats

import (
	"math"
	"slices"
)

// Assumptions about sessions while there are too few to show their variance. The
// variance of a session's mean is twice the value for independent values, because
// neighbours in time are correlated. A restart adds a standard deviation of 1%,
// because the memory layout and the seeds of hash tables change. The assumption has
// the weight of four further sessions.
const (
	assumedAlike   = 2
	assumedRestart = 0.01
	assumedWeight  = 4

	// Of a restart, for a single session. It falls with the square of the number of
	// sessions.
	assumedLandslide = 0.04
)

// An uncertainty is the standard error of an estimate, with its degrees of freedom.
type uncertainty struct{ se, df float64 }

// interval returns the interval around a centre for a normal bound.
func (u uncertainty) interval(centre, bound float64) Interval {
	if !(u.df > 0) || math.IsNaN(centre) {
		return unbounded
	}
	half := studentBound(bound, u.df) * u.se
	return Interval{centre - half, centre + half}
}

// p returns the one-sided p-value of an estimate of this value or less.
func (u uncertainty) p(estimate float64) float64 {
	if !(u.df > 0) {
		return math.NaN()
	}
	return studentP(estimate, u.se, u.df)
}

// A summary is the centre of the values of some sessions, with its uncertainty.
type summary struct {
	n, sessions     int
	mean, acf1      float64
	within, between uncertainty
}

// summarize returns the mean of all values, with two estimates of its uncertainty.
//
// within uses the single values, as Student does. If neighbours are correlated
// (ACF1 above 2/√n), its error grows by √((1+r)/(1−r)).
//
// between uses the means of the sessions, so that the effect of restarts counts
// once for each restart, not for each quad. Two or three sessions do not show how
// large that is: the variance of their means is therefore averaged with its value
// under the assumption above, weighted by degrees of freedom.
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

// inflation returns the factor by which the standard error of the mean grows
// because neighbours are correlated.
func inflation(d []float64) float64 {
	if r := ACF1(d); autocorrelated(d) {
		return math.Sqrt((1 + r) / (1 - r))
	}
	return 1
}

// between returns the uncertainty of the mean of n values from the means of their
// sessions. Sessions are weighted by their numbers of values, so one that has just
// begun has little weight. Sessions of unequal length are worth n²/Σnᵢ² equal ones
// (Kish's effective number).
func between(sessions [][]float64, means []float64, n float64) uncertainty {
	k := float64(len(means))
	if n == k {
		return uncertainty{} // single values do not show the variance within a session
	}
	inside, among, size := squares(sessions, means, n)
	m := n / size
	within := inside / (n - k)
	restart := max(assumedRestart, assumedLandslide/(m*m))
	sum := assumedWeight*(assumedAlike*within/size+restart*restart) + max(0, among-(k-m)*within)/size
	df := assumedWeight + m - 1
	return uncertainty{math.Sqrt(sum / df / m), df}
}

// squares returns the sums of squares of an analysis of variance, inside and among
// sessions, and the average number of values in the session of a value.
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
