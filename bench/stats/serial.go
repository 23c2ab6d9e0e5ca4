package stats

import (
	"math"
	"slices"
)

// A Series is the values of one session of a comparison, a stretch without a
// restart, with the moments at which they were measured.
type Series struct {
	At []float64 // seconds since the run began, of each value
	D  []float64 // logarithms of ratios
}

// What is assumed about how alike two stretches of a machine's time are. The
// correlation of the means of two sessions whose middles are lag seconds apart is
// leastAlike where the values inside sessions explain how much sessions differ, and
// grows by moreAlike where they do not. It falls with the distance as in a
// first-order autoregression. docs/design/intervals.md has the recordings that these
// numbers come from, and how often the interval then holds.
const (
	lag        = 9.0 // seconds
	leastAlike = 0.1
	moreAlike  = 0.5

	insideWeight = 2.0 // degrees of freedom that the noise inside sessions counts for in that between them, where nothing contradicts it

	unknownDrift = 0.5 // where sessions do not tell
	whiteQuads   = 0.5 // share of the variance of single quads that their neighbours do not have in common
)

// leastSessions is how many sessions their means are taken from. With fewer, the
// values count one by one.
const leastSessions = 3

// EstimateSessions estimates the logarithm of a ratio from the values of sessions.
//
// The unit is the session: its mean holds what a start of the processes and the
// state of the machine at that time bring with them, which more values of the same
// session would not average out. The estimate is the mean of all values. Its
// standard error comes from the means of the sessions, weighted by their values,
// under an assumed correlation of neighbours (see lag): with R the correlation
// matrix, w the weights and q the weighted sum of squares around the mean,
//
//	se² = q · w'Rw / (1 − w'Rw)
//
// has (tr MR)²/tr(MRMR) degrees of freedom, M = diag(w) − ww' (Satterthwaite,
// Biometrics Bulletin 2, 1946). q / (1 − w'Rw), the variance of a session's mean, is
// averaged with what the noise inside sessions explains of it (see pool). Fewer than two
// values give an interval without bounds, none gives an estimate that is NaN.
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

// units are what the standard error is taken from.
type units struct {
	x, at, w []float64 // values, moments, weights that sum up to 1
	drift    float64   // share of the variance between them that is not explained inside
	white    float64   // share of it that has nothing to do with that of others
	inside   float64   // variance of one that the noise inside it explains
	insideDF float64   // degrees of freedom of that; 0 if it is not known
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

// correlation is the assumed one of two units.
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

// pool averages the variance of a session's mean with what the noise inside explains of
// it: a handful of sessions sometimes lie close together by chance, or far apart. That counts
// for nothing where sessions differ for other reasons than the noise inside them.
func (u units) pool(v, df float64) (float64, float64) {
	weight := min(insideWeight, u.insideDF) * (1 - u.drift)
	return (v*df + u.inside*weight) / (df + weight), df + weight
}
