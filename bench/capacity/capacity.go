// Package capacity finds the highest arrival rate that a target sustains under an
// objective.
//
// A [Search] decides which rate to offer next, from the outcomes of earlier trials: it
// doubles the rate until a trial is not sustained, bisects, and then repeats trials near the
// edge. [Search.Limit] returns the bounds of the limit with their confidence. The package is
// pure: it reads no clock and sends nothing. Package bench offers the rates to running
// targets. The statistics are explained in docs/design/capacity.md.
package capacity

import "math"

// An Objective is the requirement that a sustained rate meets.
type Objective struct {
	P95    float64 // seconds, from the due time
	Errors float64 // as a share of the hits
}

// leastAchieved is the share of the hits that a sustained trial answers in time.
const leastAchieved = 0.99

// A Trial is the outcome of offering a rate for some time.
type Trial struct {
	Rate     float64   // hits per second, on average
	Seconds  float64   // length
	Due      []float64 // due time of every Step-th hit, in seconds since the start
	Step     int       // hits for each entry of Due
	Hits     uint64    // right answers
	Errors   uint64    // all other outcomes
	Failed   []uint64  // Errors by the second in which the hit was due; nil if not known
	P95      float64   // of the right answers, in seconds from the due time
	Achieved float64   // right answers by the end ÷ hits that were due one objective before it
	Invalid  string    // why the outcome must not be used, for example since the generator lagged

	waits  map[int][]float64 // cached predictions, by place on the lattice
	losses map[int][]loss
}

// Failure returns why a rate was not sustained, in words; "" if it was.
func (o Objective) Failure(t Trial) string {
	switch {
	case t.Hits == 0:
		return "no right answers"
	case t.share() > o.Errors:
		return "errors"
	case t.P95 > o.P95:
		return "slow answers"
	case t.Achieved < leastAchieved:
		return "answers fell behind the hits"
	}
	return ""
}

// share returns the share of errors.
func (t Trial) share() float64 {
	return float64(t.Errors) / math.Max(1, float64(t.Hits+t.Errors))
}

// Thin returns every step-th due time and the step, so that at most [MostDue] remain.
func Thin(due []float64) (some []float64, step int) {
	step = 1 + (len(due)-1)/MostDue
	for i := 0; i < len(due); i += step {
		some = append(some, due[i])
	}
	return some, step
}

// MostDue is the number of due times that a trial keeps.
const MostDue = 1500
