package capacity

import (
	"math"
	"slices"
)

// Residuals of the predictions: the model is not the target.
const (
	misfit      = 0.12 // of the logarithm of a p95
	clipped     = 2.0  // multiples of the objective above which a p95 only says "far too slow"
	lossMisfit  = 0.15 // relative, of a share of errors
	mostMisfit  = 0.05 // share of errors above which it grows no more: any limiter refuses what is too much
	lossNoise   = 0.002
	sizeMisfit  = 0.2 // relative, of the size of a bucket: those of the models are far apart
	mostRefused = 0.3 // a higher share only says "far too many": errors may cost capacity
)

// drifts are the standard deviations of the machine's speed from trial to trial that are
// considered, as logarithms.
var drifts = []float64{0.003, 0.015, 0.04}

// A view is what all trials of a search say together.
type view struct {
	o      Objective
	trials []*Trial
	base   float64 // p95 without a queue
	from   int     // lattice places that are considered: from … to
	to     int
}

// A family is the models of one kind of target.
type family struct {
	models   int
	odds     func(t *Trial, model, place int) float64         // likelihood of a trial
	explains func(t *Trial, model, place int) bool            // the trial is likelier than a lapse
	limit    func(model int, capacity float64) (rate float64) // in the long run
}

// family returns the models of what the trials show.
func (v view) family() family {
	if v.refuses() {
		return family{2 * len(buckets), v.bucketOdds, v.bucketExplains, func(m int, capacity float64) float64 {
			return capacity * bucketLimit(buckets[m%len(buckets)], v.o.Errors)
		}}
	}
	return family{len(queues), v.queueOdds, v.queueExplains, func(m int, capacity float64) float64 {
		return queues[m].limit(capacity, math.Max(v.o.P95-v.base, v.o.P95/100))
	}}
}

// refuses reports whether the slowest trials that failed did so by errors, with answers in
// time.
func (v view) refuses() bool {
	var first *Trial
	for _, t := range v.trials {
		if v.o.Failure(*t) != "" && (first == nil || t.Rate < first.Rate) {
			first = t
		}
	}
	return first != nil && first.share() > v.o.Errors && first.P95 <= v.o.P95
}

// posterior returns the possible limits with their weights: it multiplies the likelihoods of all
// trials, for each model, capacity and drift.
func (v view) posterior() (all []point) {
	f := v.family()
	n := v.to - v.from + 1
	most := math.Inf(-1)
	for m := range f.models {
		logs := make([][]float64, len(drifts))
		for d := range drifts {
			logs[d] = make([]float64, n)
		}
		for _, t := range v.trials {
			raw := make([]float64, n)
			for i := range raw {
				raw[i] = f.odds(t, m, v.from+i)
			}
			for d, drift := range drifts {
				for i := range n {
					logs[d][i] += math.Log(smooth(raw, i, drift))
				}
			}
		}
		for d := range drifts {
			for i, l := range logs[d] {
				all = append(all, point{f.limit(m, rateAt(v.from+i)), l})
				most = math.Max(most, l)
			}
		}
	}
	for i := range all {
		all[i].weight = math.Exp(all[i].weight - most)
	}
	return all
}

// smooth averages likelihoods over capacities around a place.
func smooth(raw []float64, i int, drift float64) float64 {
	sum, weights := 0.0, 0.0
	for step := -4; step <= 4; step++ {
		z := float64(step) / 2
		j := i + int(math.Round(z*drift/spacing))
		w := math.Exp(-z * z / 2)
		sum, weights = sum+w*raw[min(max(j, 0), len(raw)-1)], weights+w
	}
	return sum / weights
}

// queueOdds is the likelihood of a trial's p95 if the target is a queue.
func (v view) queueOdds(t *Trial, m, place int) float64 {
	scale := math.Log(clipped * v.o.P95 / v.base)
	seen := v.clip(t.P95)
	if t.share() > v.o.Errors || t.Hits == 0 {
		seen = v.clip(math.Inf(1))
	}
	sd := math.Sqrt(misfit*misfit + 2/float64(t.Hits+t.Errors+1))
	sum := 0.0
	for _, wait := range t.prediction(place, v.o.P95)[m*draws : (m+1)*draws] {
		sum += normal(seen-v.clip(v.base+wait), sd)
	}
	return (1-lapse)*sum/draws + lapse/math.Max(scale, 1)
}

// clip returns the logarithm of a p95 within the range in which it says something.
func (v view) clip(p95 float64) float64 {
	return math.Log(math.Min(math.Max(p95, v.base), math.Max(clipped*v.o.P95, 1.01*v.base)))
}

// bucketOdds is the likelihood of a trial's errors if the target is a bucket.
func (v view) bucketOdds(t *Trial, m, place int) float64 {
	parts := v.bucketParts(t, m, place)
	return parts[0] * parts[1] * parts[2]
}

// bucketParts are the likelihoods of the errors before the cut, and in both halves of the rest;
// without a cut, the latter are 1. The first half of the models begin each trial with a full
// bucket. In the other half, it may have any number of tokens, trial by trial: then nothing is
// known of the errors before the cut.
func (v view) bucketParts(t *Trial, m, place int) [3]float64 {
	size, cut := buckets[m%len(buckets)], t.cut()
	l, unknown := t.refusals(place)[m%len(buckets)], m >= len(buckets)
	share, hits := t.lost(0, cut)
	odds := lossOdds(share, l.full, hits, size)
	if cut < t.Seconds {
		if unknown {
			odds = (odds + 1/mostRefused) / 2
		}
		soon, few := t.lost(cut, t.half())
		later, many := t.lost(t.half(), t.Seconds)
		return [3]float64{odds, lossOdds(soon, l.empty[0], few, 0), lossOdds(later, l.empty[1], many, 0)}
	}
	if unknown { // the likeliest start: a mean would prefer rates at which more of them fit
		for _, filled := range l.filled {
			odds = math.Max(odds, lossOdds(share, filled, hits, size))
		}
	}
	return [3]float64{odds, 1, 1}
}

// lossOdds is the likelihood of a share of errors where another one is expected, for hits that
// had about so many tokens at first.
func lossOdds(seen, want, hits, tokens float64) float64 {
	seen, want = math.Min(seen, mostRefused), math.Min(want, mostRefused)
	sd := lossNoise + lossMisfit*math.Min(want, mostMisfit) + 1/(hits+1)
	sd += math.Min(sizeMisfit*tokens/(hits+1), math.Max(seen, want)) // without a refusal, the size does not matter
	return (1-lapse)*normal(seen-want, sd) + lapse/mostRefused
}

// quantiles returns the limits below which these shares of the weight lie.
func quantiles(all []point, shares ...float64) (found []float64) {
	slices.SortFunc(all, func(a, b point) int { return cmpFloat(a.rate, b.rate) })
	total := 0.0
	for _, p := range all {
		total += p.weight
	}
	for _, share := range shares {
		sum, at := 0.0, all[len(all)-1].rate
		for _, p := range all {
			if sum += p.weight; sum >= share*total {
				at = p.rate
				break
			}
		}
		found = append(found, at)
	}
	return found
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
