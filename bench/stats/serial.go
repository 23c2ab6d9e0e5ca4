package stats

import (
	"math"
	"slices"
)

// A Series holds the values of one session of a comparison, a time without a
// restart, with their times.
type Series struct {
	At []float64 // time of each value, in seconds since the start of the run
	D  []float64 // logarithms of ratios
}

// Assumptions about the correlation of sessions in time. The correlation of the
// means of two sessions whose middles are lag seconds apart is leastAlike if the
// values inside sessions explain the differences between sessions, and grows by
// moreAlike if they do not. It falls with the distance as in a first-order
// autoregression. docs/design/intervals.md has the recordings behind these numbers,
// and the resulting coverage of the intervals.
const (
	lag        = 9.0 // seconds
	leastAlike = 0.1
	moreAlike  = 0.5

	insideWeight = 2.0 // weight, in degrees of freedom, of the noise inside sessions in the variance between them, if they agree

	unknownDrift = 0.5 // if the sessions do not show it
	whiteQuads   = 0.5 // share of the variance of single quads that is not correlated with their neighbours
)

// leastSessions is the minimum of sessions for an interval from their means. With
// fewer, each value counts by itself.
const leastSessions = 3

// EstimateSessions estimates the logarithm of a ratio from the values of sessions.
//
// The unit is the session: its mean contains the effects of one start of the
// processes and of the machine's state at that time, which more values of the same
// session would not average out. The estimate is the mean of all values. Its
// standard error comes from the means of the sessions, weighted by their numbers of
// values, under an assumed correlation of neighbours (see lag): with R the
// correlation matrix, w the weights and q the weighted sum of squares around the
// mean,
//
//	se² = q · w'Rw / (1 − w'Rw)
//
// has (tr MR)²/tr(MRMR) degrees of freedom, M = diag(w) − ww' (Satterthwaite,
// Biometrics Bulletin 2, 1946). q / (1 − w'Rw), the variance of a session's mean,
// is averaged with the variance that the noise inside sessions explains (see pool).
// Fewer than two values give an interval without bounds; no values give an estimate
// that is NaN.
func EstimateSessions(sessions []Series, level float64) Gain {
	sessions = slices.DeleteFunc(slices.Clone(sessions), func(s Series) bool { return len(s.D) == 0 })
	var all []float64
	for _, s := range sessions {
		all = append(all, s.D...)
	}
	g := Gain{Estimate: mean(all), Level: level, N: len(all), Sessions: len(sessions), ACF1: ACF1(all), Interval: unbounded, Wilcoxon: unbounded, MDE: math.Inf(1)}
	if g.N == 0 {
		g.Estimate = math.NaN()
	}
	if g.N < 2 {
		return g
	}
	units := unitsOf(sessions)
	g.Drift = units.drift
	u := units.uncertainty()
	g.DF = u.df
	g.Interval = u.interval(g.Estimate, quantile((1+level)/2))
	g.Wilcoxon = WilcoxonInterval(units.x, level)
	g.MDE = (studentQuantile(u.df, (1+level)/2) + studentQuantile(u.df, 0.8)) * u.se
	return g
}

// units are the data for the standard error.
type units struct {
	x, at, w []float64 // values, times, and weights with the sum 1
	drift    float64   // share of the variance between them that the noise inside does not explain
	white    float64   // share of it that is not correlated between units
	inside   float64   // variance of a unit that the noise inside it explains
	insideDF float64   // degrees of freedom of inside; 0 if unknown
}

func unitsOf(sessions []Series) units {
	if len(sessions) >= leastSessions {
		return meansOf(sessions)
	}
	u := units{drift: unknownDrift, white: whiteQuads}
	for _, s := range sessions {
		u.x, u.at = append(u.x, s.D...), append(u.at, s.At...)
	}
	for range u.x {
		u.w = append(u.w, 1/float64(len(u.x)))
	}
	return u
}

func meansOf(sessions []Series) (u units) {
	n, inside, df, shares := 0.0, 0.0, 0.0, 0.0
	for _, s := range sessions {
		k, m := float64(len(s.D)), mean(s.D)
		u.x, u.at, u.w = append(u.x, m), append(u.at, mean(s.At)), append(u.w, k)
		for _, d := range s.D {
			inside += (d - m) * (d - m)
		}
		n, df, shares = n+k, df+k-1, shares+1/k
	}
	for i := range u.w {
		u.w[i] /= n
	}
	u.drift = unknownDrift
	if df > 0 {
		u.inside, u.insideDF = inside/df*shares/float64(len(sessions)), df
		if between := variance(u.x); u.inside+between > 0 {
			u.drift = max(0, 1-u.inside/between)
		}
	}
	return u
}

// correlation returns the assumed correlation of two units.
func (u units) correlation(i, j int) float64 {
	if i == j {
		return 1
	}
	rho := leastAlike + moreAlike*u.drift
	return (1 - u.white) * math.Pow(rho, math.Abs(u.at[i]-u.at[j])/lag)
}

// uncertainty returns the standard error of the weighted mean of the units.
func (u units) uncertainty() uncertainty {
	n, m := len(u.x), 0.0
	for i, w := range u.w {
		m += w * u.x[i]
	}
	q, wRw := 0.0, 0.0
	wR := make([]float64, n) // R w
	for i := range n {
		q += u.w[i] * (u.x[i] - m) * (u.x[i] - m)
		for j := range n {
			wR[i] += u.correlation(i, j) * u.w[j]
		}
		wRw += u.w[i] * wR[i]
	}
	mr := func(i, j int) float64 { return u.w[i] * (u.correlation(i, j) - wR[j]) } // (M R)ij
	trace := 0.0
	for i := range n {
		for j := range n {
			trace += mr(i, j) * mr(j, i)
		}
	}
	v, df := u.pool(q/(1-wRw), (1-wRw)*(1-wRw)/trace)
	return uncertainty{math.Sqrt(v * wRw), df}
}

// pool averages the variance of a session's mean with the variance that the noise
// inside explains: the means of a few sessions can be close together or far apart
// by chance. The second one has no weight if sessions differ for other reasons than
// the noise inside them.
func (u units) pool(v, df float64) (float64, float64) {
	weight := min(insideWeight, u.insideDF) * (1 - u.drift)
	return (v*df + u.inside*weight) / (df + weight), df + weight
}
