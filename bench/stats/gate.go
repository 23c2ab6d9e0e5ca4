package stats

import (
	"fmt"
	"math"
)

// A Gate decides during a comparison, look by look, whether the candidate is good
// enough. It tests the logarithm of the ratio of candidate and baseline against two
// limits, one-sided each, and keeps the probability of a wrong verdict at or below
// alpha, however early it stops. Create it with NewGate.
//
// A candidate whose true ratio is at PassAbove or below passes with a probability
// of at most alpha. A candidate whose true ratio is at FailBelow or above fails
// with a probability of at most alpha. Between the two, either verdict is right.
// docs/design/sequential-gate.md explains the design.
type Gate struct {
	Looks     int     // number of looks, equally spaced
	PassAbove float64 // logarithm of the ratio that the lower bound must exceed
	FailBelow float64 // logarithm of the ratio that the upper bound must stay below
	constant  float64 // of O'Brien and Fleming, for Looks and the alpha of each test
}

// NewGate returns a gate that passes a change which loses less than a share of
// maxLoss, and fails one which loses at all. Usual values are 5 looks, an alpha of
// 0.05 and a maxLoss of 0.05.
func NewGate(looks int, alpha, maxLoss float64) (Gate, error) {
	if maxLoss <= 0 || maxLoss >= 1 {
		return Gate{}, fmt.Errorf("the largest allowed loss is %v: want a share above 0 and below 1, such as 0.05", maxLoss)
	}
	return newGate(looks, alpha, math.Log1p(-maxLoss), 0)
}

func newGate(looks int, alpha, passAbove, failBelow float64) (Gate, error) {
	if looks < 1 || looks > 100 {
		return Gate{}, fmt.Errorf("%d looks: want 1 to 100, such as 5", looks)
	}
	if !(alpha > 0 && alpha < 0.5) {
		return Gate{}, fmt.Errorf("an alpha of %v: want a probability above 0 and below 0.5, such as 0.05", alpha)
	}
	return Gate{looks, passAbove, failBelow, OBrienFleming(looks, alpha)}, nil
}

// Bound returns the bound for a standard normal statistic at a look, counted from
// 1.
func (g Gate) Bound(look int) float64 {
	return g.constant * math.Sqrt(float64(g.Looks)/float64(look))
}

// A Verdict is the result of a gate.
type Verdict string

// The verdicts of a gate. Before the last look, Inconclusive means: continue.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// A Decision is the result of one look. All sizes are logarithms of ratios.
type Decision struct {
	Verdict  Verdict
	Stop     bool     // this was the last look, or no later look could change the verdict
	Estimate float64  // mean of the values
	Interval Interval // tested interval, with the bound of this look: the wider of Within and Between
	Within   Interval // from the values, widened if neighbours are correlated
	Between  Interval // from the means of the sessions
	Lost     bool     // the interval excludes a loss of 0, whatever the verdict
	MDE      float64  // distance from FailBelow that the gate detects at its last look with 80% power
	N        int      // number of values
	Sessions int      // number of sessions with values
	ACF1     float64  // lag-1 autocorrelation of the values
}

// Decide decides at a look, counted from 1. sessions has the values of all quads so
// far; a session is a time without a restart of either side. Call Decide at each
// look until Stop is set. With values that are not finite, from quads in which a
// side did not answer, the verdict is Inconclusive.
//
// The bounds are those of Student's t with the same probability as the normal
// bounds of the look. If both limits are cleared at once, the loss is real but
// smaller than allowed: the candidate passes, with Lost set.
func (g Gate) Decide(look int, sessions [][]float64) Decision {
	s := summarize(sessions)
	last := look >= g.Looks
	d := Decision{Verdict: Inconclusive, Stop: last, Estimate: s.mean, N: s.n, Sessions: s.sessions, ACF1: s.acf1}
	c := g.Bound(min(max(look, 1), g.Looks))
	d.Within, d.Between = s.within.interval(s.mean, c), s.between.interval(s.mean, c)
	d.Interval = wider(d.Within, d.Between)
	d.MDE = g.detectable(look, s)
	d.Lost = d.Interval.High < g.FailBelow
	switch {
	case d.Interval.Low > g.PassAbove:
		d.Verdict, d.Stop = Pass, true
	case d.Lost:
		d.Verdict, d.Stop = Fail, true
	}
	return d
}

// Detectable returns MDE as a share: with 0.03, a loss of 3% is detected in 4 of 5
// runs.
func (d Decision) Detectable() float64 { return -math.Expm1(-d.MDE) }

func wider(a, b Interval) Interval {
	if b.High-b.Low > a.High-a.Low {
		return b
	}
	return a
}

// P returns the repeated p-value of the hypothesis that the candidate is at
// FailBelow or above: the smallest alpha at which a gate with the same number of
// looks would fail it at this look (Jennison and Turnbull, Group Sequential
// Methods, 1999, chapter 9). It is valid whenever the measurement stops, and is the
// input for [Holm] when a gate has several parts, such as routes. It is 1 if the
// values are not sufficient.
func (g Gate) P(look int, sessions [][]float64) float64 {
	s := summarize(sessions)
	p := max(s.within.p(s.mean-g.FailBelow), s.between.p(s.mean-g.FailBelow))
	if math.IsNaN(p) {
		return 1
	}
	c := -quantile(p) * math.Sqrt(float64(min(max(look, 1), g.Looks))/float64(g.Looks))
	return everExceeds(g.Looks, c)
}

// detectable returns the distance from FailBelow at which the gate fails a
// candidate at its last look with 80% power, if the noise stays as it is.
func (g Gate) detectable(look int, s summary) float64 {
	if s.between.df == 0 {
		return math.Inf(1)
	}
	more := float64(g.Looks) / float64(min(max(look, 1), g.Looks))
	within := uncertainty{s.within.se / math.Sqrt(more), float64(s.n)*more - 1}
	between := uncertainty{s.between.se / math.Sqrt(more), (s.between.df+1)*more + assumedWeight*(1-more) - 1}
	return max(g.reach(within), g.reach(between))
}

// reach returns the distance that a last look with this uncertainty detects with
// 80% power.
func (g Gate) reach(u uncertainty) float64 {
	return (studentBound(g.constant, u.df) + studentQuantile(u.df, 0.8)) * u.se
}
