package capacity

import (
	"math"
	"slices"
)

const (
	likelier     = 3    // times as likely as in a lapse is what a model explains
	mostSurprise = 0.25 // share of surprising trials that do not contradict each other
)

// queueExplains reports whether a queue predicts a trial's p95.
func (v view) queueExplains(t *Trial, m, place int) bool {
	return v.queueOdds(t, m, place) >= likelier*lapse
}

// bucketExplains reports whether a bucket predicts the errors in all parts of a trial. Each part
// has the likelihood of a lapse at least.
func (v view) bucketExplains(t *Trial, m, place int) bool {
	parts := v.bucketParts(t, m, place)
	return slices.Min(parts[:]) >= likelier*lapse/mostRefused
}

// surprises returns the share of trials that no model predicts with a limit near the bounds. As
// far as a machine drifts, all limits are near.
func (v view) surprises(l Limit) float64 {
	drift := math.Exp(2 * slices.Max(drifts))
	low, high := l.Low/drift, l.High*drift
	f, surprising := v.family(), 0
	for _, t := range v.trials {
		if !v.explained(f, t, low, high) {
			surprising++
		}
	}
	return float64(surprising) / math.Max(1, float64(len(v.trials)))
}

// explained reports whether a model with a limit between two rates predicts a trial.
func (v view) explained(f family, t *Trial, low, high float64) bool {
	for m := range f.models {
		for place := v.from; place <= v.to; place++ {
			if limit := f.limit(m, rateAt(place)); limit >= low && limit <= high && f.explains(t, m, place) {
				return true
			}
		}
	}
	return false
}
