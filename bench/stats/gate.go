package stats

import (
	"fmt"
	"math"
)

// A Gate decides, look by look while a comparison is measured, whether the
// candidate is good enough: it tests the logarithm of the ratio of candidate and
// baseline against two limits, one-sided each, and holds the probability of a
// wrong answer at alpha however early it stops. NewGate fills it in.
//
// A candidate whose true ratio lies at PassAbove or below passes with a
// probability of at most alpha; one whose true ratio lies at FailBelow or above
// fails with a probability of at most alpha. Between the two, either is right.
// docs/design/sequential-gate.md says why it is built as it is.
type Gate struct {
	Looks     int     // how often it may look, at equal distances
	PassAbove float64 // logarithm of the ratio that the lower bound must exceed
	FailBelow float64 // logarithm of the ratio that the upper bound must stay below
	constant  float64 // O'Brien and Fleming's, for Looks and the alpha of each test
}

// NewGate returns the gate that a change passes when it loses less than a share
// of maxLoss, and fails when it loses at all. Without further wishes take 5
// looks, an alpha of 0.05 and a maxLoss of 0.05.
func NewGate(looks int, alpha, maxLoss float64) (Gate, error) {
	if maxLoss <= 0 || maxLoss >= 1 {
		return Gate{}, fmt.Errorf("a largest loss of %v: want a share above 0 and below 1, such as 0.05", maxLoss)
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

// Bound returns the bound of a look, from 1 on, for a standard normal statistic.
func (g Gate) Bound(look int) float64 {
	return g.constant * math.Sqrt(float64(g.Looks)/float64(look))
}

// A Verdict is the answer of a gate.
type Verdict string

// The answers of a gate. Before the last look, Inconclusive means: go on.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// A Decision is what a gate says at a look. All sizes are logarithms of ratios.
type Decision struct {
	Verdict  Verdict
	Stop     bool     // nothing is left to look at, or nothing could change the answer
	Estimate float64  // mean of the values
	Interval Interval // what is tested, with the bound of this look: the wider of the two below
	Within   Interval // from the values, widened where neighbours are alike
	Between  Interval // from the means of the sessions
	Lost     bool     // the interval excludes that nothing was lost, whatever the verdict
	MDE      float64  // distance from FailBelow that the gate at its last look finds with 80% power
	N        int      // values
	Sessions int      // that hold any
	ACF1     float64  // of the values
}

// Decide decides at a look, from 1 on, with the values of all quads so far by
// session: a stretch in which neither side was restarted. Call it at each look
// until it says Stop. Values that are not finite, of quads in which a side did
// not answer at all, are no ground for any verdict but Inconclusive.
//
// The bounds are those of Student's t that are exceeded as rarely as the normal
// bounds of the look. When both limits are cleared at once, the loss is real but
// smaller than what is allowed: that passes, with Lost set.
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

// Detectable returns MDE as a share: 0.03 says that a loss of 3% is found in 4 of 5
// runs.
func (d Decision) Detectable() float64 { return -math.Expm1(-d.MDE) }

func wider(a, b Interval) Interval {
	if b.High-b.Low > a.High-a.Low {
		return b
	}
	return a
}

// P returns the repeated p-value that the candidate is at FailBelow or above: the
// smallest alpha at which a gate with as many looks would fail it at this one
// (Jennison and Turnbull, Group Sequential Methods, 1999, chapter 9). It is valid
// whenever the measurement stops, and what [Holm] wants when a gate has several
// parts, such as routes. It is 1 when the values say nothing.
func (g Gate) P(look int, sessions [][]float64) float64 {
	s := summarize(sessions)
	p := max(s.within.p(s.mean-g.FailBelow), s.between.p(s.mean-g.FailBelow))
	if math.IsNaN(p) {
		return 1
	}
	c := -quantile(p) * math.Sqrt(float64(min(max(look, 1), g.Looks))/float64(g.Looks))
	return everExceeds(g.Looks, c)
}

// detectable returns how far from FailBelow a candidate must be for the gate to
// fail it at its last look with 80% power, if the noise goes on as it is.
func (g Gate) detectable(look int, s summary) float64 {
	if s.between.df == 0 {
		return math.Inf(1)
	}
	more := float64(g.Looks) / float64(min(max(look, 1), g.Looks))
	within := uncertainty{s.within.se / math.Sqrt(more), float64(s.n)*more - 1}
	between := uncertainty{s.between.se / math.Sqrt(more), (s.between.df+1)*more + assumedWeight*(1-more) - 1}
	return max(g.reach(within), g.reach(between))
}

// reach is how far off a last look with this uncertainty sees with 80% power.
func (g Gate) reach(u uncertainty) float64 {
	return (studentBound(g.constant, u.df) + studentQuantile(u.df, 0.8)) * u.se
}
