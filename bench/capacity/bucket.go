package capacity

import (
	"math"
	"math/rand/v2"
	"sort"
	"sync"
)

// buckets are the numbers of hits in a row that a target accepts before it refuses some:
// the models of a target whose answers become errors, as those of a token bucket do.
var buckets = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}

// starts are the shares of its tokens that a bucket may have when a trial begins, unless it is
// full: it is if the target was started again or had time to fill up, and not if the trial
// before, or the warm-up, has used it up.
var starts = []float64{0.5, 0}

// A loss is what a model refuses in a trial, as shares of the hits. Without a cut, all hits are
// before it.
type loss struct {
	full   float64    // before the cut, if the bucket is full at first
	filled []float64  // before the cut, for each of starts; nil if there is a cut
	empty  [2]float64 // after the cut, at which the bucket is empty: in both halves of the rest
}

// refusals simulates all models, at one capacity, with the arrivals of a trial. It returns
// the loss of each.
func (t *Trial) refusals(place int) []loss {
	if p, known := t.losses[place]; known {
		return p
	}
	if t.losses == nil {
		t.losses = map[int][]loss{}
	}
	all := make([]loss, len(buckets))
	for i, size := range buckets {
		all[i] = t.loss(size, rateAt(place))
	}
	t.losses[place] = all
	return all
}

func (t *Trial) loss(size, rate float64) (l loss) {
	cut := t.cut()
	l.full = t.refused(&bucket{size: size, tokens: size}, 0, cut, rate)
	if cut < t.Seconds {
		b := bucket{size: size, at: cut}
		l.empty[0] = t.refused(&b, cut, t.half(), rate)
		b.offered, b.refused = 0, 0
		l.empty[1] = t.refused(&b, t.half(), t.Seconds, rate)
		return l
	}
	for _, start := range starts {
		l.filled = append(l.filled, t.refused(&bucket{size: size, tokens: start * size}, 0, cut, rate))
	}
	return l
}

// refused returns the share of the hits in some time that a bucket refuses.
func (t *Trial) refused(b *bucket, from, to, rate float64) float64 {
	for _, due := range t.Due[t.first(from):t.first(to)] {
		b.take(due, float64(t.Step), rate)
	}
	return b.refused / max(1, b.offered)
}

// first returns the index of the first hit that is due at a time or later.
func (t *Trial) first(from float64) int { return sort.SearchFloat64s(t.Due, from) }

// cut returns the end of the first second with a refusal: the bucket is empty then, however
// full it was when the trial began. Without a refusal, or if it came late, it is the end of
// the trial.
func (t *Trial) cut() float64 {
	for i, n := range t.Failed {
		if at := float64(i + 1); n > 0 && at <= latestCut*t.Seconds {
			return at
		}
	}
	return t.Seconds
}

// latestCut is the share of a trial after which too few hits are left.
const latestCut = 0.75

// half returns the middle of the time after the cut, in whole seconds.
func (t *Trial) half() float64 { return math.Ceil((t.cut() + t.Seconds) / 2) }

// lost returns the share of errors in some whole seconds of a trial, and the number of hits
// there.
func (t *Trial) lost(from, to float64) (share, hits float64) {
	if from == 0 && to >= t.Seconds {
		return t.share(), float64(t.Hits + t.Errors)
	}
	errors := 0.0
	for _, n := range t.Failed[int(from):int(math.Ceil(to))] {
		errors += float64(n)
	}
	hits = float64(t.first(to)-t.first(from)) * float64(t.Step)
	return math.Min(1, errors/max(1, hits)), hits
}

// A bucket is a token bucket: it fills at a rate up to its size, and each hit takes a token.
type bucket struct{ size, tokens, at, offered, refused float64 }

func (b *bucket) take(now, hits, rate float64) {
	b.tokens = min(max(b.size, hits), b.tokens+(now-b.at)*rate)
	b.at = now
	given := min(hits, float64(int(b.tokens)))
	b.tokens -= given
	b.offered, b.refused = b.offered+hits, b.refused+hits-given
}

// bucketLimit returns the rate, in multiples of a bucket's own, at which independent
// visitors are refused this share of their hits in the long run.
func bucketLimit(size, share float64) float64 {
	key := [2]float64{size, share}
	if x, known := bucketLimits.Load(key); known {
		return x.(float64)
	}
	low, high := 0.0, 2/(1-min(share, 0.9))
	for range 12 {
		mid := (low + high) / 2
		if longLoss(size, mid) <= share {
			low = mid
		} else {
			high = mid
		}
	}
	bucketLimits.Store(key, (low+high)/2)
	return (low + high) / 2
}

var bucketLimits sync.Map // [2]float64 to float64

// longLoss simulates a bucket of rate 1. The first hits do not count: tokens that it has at
// first are not those of the long run. The hits come at this rate in all, as they do in the
// long run: a large bucket refuses what is too much, to the hit.
func longLoss(size, rate float64) float64 {
	const hits, first = 120_000, 20_000
	r := rand.New(rand.NewPCG(7, 7))
	steps, sum := make([]float64, hits), 0.0
	for i := range steps {
		steps[i] = r.ExpFloat64()
		if i >= first {
			sum += steps[i]
		}
	}
	b, now := bucket{size: size}, 0.0
	for i, step := range steps {
		if i == first {
			b.offered, b.refused = 0, 0
		}
		now += step * (hits - first) / sum / rate
		b.take(now, 1, 1)
	}
	return b.refused / b.offered
}
