package stats

import "math"

// A Gain is an estimate of the natural logarithm of a ratio, with its uncertainty.
// The estimate, both intervals and MDE are logarithms; Student's interval lies around
// the mean, not around the estimate.
type Gain struct {
	Estimate float64  // Hodges–Lehmann
	Interval Interval // Student's, widened where neighbours are alike
	Wilcoxon Interval // exact signed-rank, beside it
	Level    float64  // of both intervals
	N        int      // values given
	Merged   int      // neighbours merged into one value: 1 is none, 2 is pairs
	Sessions int      // that the values are of, if they are known
	DF       float64  // degrees of freedom of the interval, if from sessions
	Drift    float64  // share of the variance between sessions that the values inside do not explain
	ACF1     float64  // of the values given
	MDE      float64  // the smallest change that such a sample would show, at 80% power
}

// Estimate estimates the gain from the values of quads, in the order in which
// they were measured.
//
// Neighbours that are alike say less than their number promises. If the lag-1
// autocorrelation r of n values exceeds 2/√n, its bound at 5%, neighbouring
// values are merged into one, which leaves about half as many, less alike. If r
// still exceeds its bound after that, the interval is widened by √((1+r)/(1−r)),
// the factor of a first-order autoregression. Fewer than two values give an interval
// without bounds, none gives an estimate that is NaN.
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

// autocorrelated reports whether neighbours have more in common than chance gives.
func autocorrelated(d []float64) bool {
	return len(d) >= 8 && ACF1(d) > 2/math.Sqrt(float64(len(d)))
}

// merge returns the means of neighbouring values; an odd last one stays alone
// only in the estimate, not here.
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

// detectable is the change whose t statistic exceeds the two-sided bound with
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

// Ratios returns an interval of logarithms as one of ratios.
func (i Interval) Ratios() Interval { return Interval{math.Exp(i.Low), math.Exp(i.High)} }

// HalfWidth returns how far the interval reaches from its middle, as a share:
// 0.05 is ±5%.
func (g Gain) HalfWidth() float64 { return math.Expm1((g.Interval.High - g.Interval.Low) / 2) }

// Disagree reports whether the two intervals tell different stories: one holds
// no change, the other does not; or one lies outside the other.
func (g Gain) Disagree() bool {
	t, w := g.Interval, g.Wilcoxon
	if math.IsInf(w.Low, 0) || math.IsInf(w.High, 0) {
		return false // too few values for the other to tell anything
	}
	return t.contains(0) != w.contains(0) || t.Low > w.High || w.Low > t.High
}

func (i Interval) contains(x float64) bool { return i.Low <= x && x <= i.High }
