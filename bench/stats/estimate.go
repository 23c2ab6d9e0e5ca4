package stats

import "math"

// A Gain is an estimate of the natural logarithm of a ratio, with its uncertainty.
// The estimate, both intervals and MDE are logarithms. The centre of Student's
// interval is the mean, not the estimate.
type Gain struct {
	Estimate float64  // Hodges–Lehmann
	Interval Interval // Student's, widened if neighbours are correlated
	Wilcoxon Interval // of the exact signed-rank test, for comparison
	Level    float64  // of both intervals
	N        int      // number of values
	Merged   int      // neighbours merged into one value: 1 means none, 2 means pairs
	Sessions int      // number of sessions, if known
	DF       float64  // degrees of freedom of the interval, if from sessions
	Drift    float64  // share of the variance between sessions that the values inside them do not explain
	ACF1     float64  // lag-1 autocorrelation of the values
	MDE      float64  // smallest change that such a sample detects with 80% power
}

// Estimate estimates the gain from the values of quads, in the order of
// measurement.
//
// Correlated neighbours contain less information than their number suggests. If the
// lag-1 autocorrelation r of n values exceeds 2/√n, its bound at 5%, neighbouring
// values are merged in pairs, which leaves half as many values with less
// correlation. If r still exceeds its bound after that, the interval is widened by
// √((1+r)/(1−r)), the factor of a first-order autoregression. Fewer than two values
// give an interval without bounds; no values give an estimate that is NaN.
func Estimate(d []float64, level float64) Gain {
	g := Gain{Estimate: HodgesLehmann(d), Level: level, N: len(d), Merged: 1, ACF1: ACF1(d)}
	use := d
	if autocorrelated(d) {
		use, g.Merged = merge(d), 2
	}
	widen := inflation(use)
	g.Interval = widened(TInterval(use, level), widen)
	g.Wilcoxon = WilcoxonInterval(use, level)
	g.MDE = detectable(use, level, widen)
	return g
}

// autocorrelated reports whether neighbours are more alike than by chance.
func autocorrelated(d []float64) bool {
	return len(d) >= 8 && ACF1(d) > 2/math.Sqrt(float64(len(d)))
}

// merge returns the means of neighbouring pairs. It drops an odd last value, which
// counts only in the estimate.
func merge(d []float64) []float64 {
	out := make([]float64, 0, len(d)/2)
	for i := 0; i+1 < len(d); i += 2 {
		out = append(out, (d[i]+d[i+1])/2)
	}
	return out
}

func widened(i Interval, widen float64) Interval {
	centre, half := (i.Low+i.High)/2, (i.High-i.Low)/2*widen
	if math.IsInf(half, 0) {
		return unbounded
	}
	return Interval{centre - half, centre + half}
}

// detectable returns the change whose t statistic exceeds the two-sided bound with
// 80% power: (t₁₋α/₂ + t₀.₈)·s/√n.
func detectable(d []float64, level, widen float64) float64 {
	n := float64(len(d))
	if n < 2 {
		return math.Inf(1)
	}
	return (studentQuantile(n-1, (1+level)/2) + studentQuantile(n-1, 0.8)) * math.Sqrt(variance(d)/n) * widen
}

// Ratio returns the estimate as a ratio.
func (g Gain) Ratio() float64 { return math.Exp(g.Estimate) }

// Ratios converts an interval of logarithms to one of ratios.
func (i Interval) Ratios() Interval { return Interval{math.Exp(i.Low), math.Exp(i.High)} }

// HalfWidth returns half of the interval's width as a share: 0.05 means ±5%.
func (g Gain) HalfWidth() float64 { return math.Expm1((g.Interval.High - g.Interval.Low) / 2) }

// Disagree reports whether the two intervals contradict each other: only one
// contains no change, or they do not overlap.
func (g Gain) Disagree() bool {
	t, w := g.Interval, g.Wilcoxon
	if math.IsInf(w.Low, 0) || math.IsInf(w.High, 0) {
		return false // too few values for the signed-rank interval
	}
	return t.contains(0) != w.contains(0) || t.Low > w.High || w.Low > t.High
}

func (i Interval) contains(x float64) bool { return i.Low <= x && x <= i.High }
