package capacity

import (
	"math/rand/v2"
	"sync"
)

// buckets are the numbers of hits in a row that a target accepts before it refuses some:
// the models of a target whose answers become errors, as those of a token bucket do.
var buckets = []float64{1, 3, 10, 30, 100, 300}

// refusals simulates all models, at one capacity, with the arrivals of a trial. It returns
// the share of errors for each.
func (t *Trial) refusals(place int) []float64 {
	if p, known := t.losses[place]; known {
		return p
	}
	if t.losses == nil {
		t.losses = map[int][]float64{}
	}
	all := make([]float64, len(buckets))
	for i, size := range buckets {
		b := bucket{size: size, tokens: size}
		for _, due := range t.Due {
			b.take(due, float64(t.Step), rateAt(place))
		}
		all[i] = b.refused / max(1, b.offered)
	}
	t.losses[place] = all
	return all
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

// longLoss simulates a bucket of rate 1.
func longLoss(size, rate float64) float64 {
	r := rand.New(rand.NewPCG(7, 7))
	b, now := bucket{size: size, tokens: size}, 0.0
	for range 100_000 {
		now += r.ExpFloat64() / rate
		b.take(now, 1, 1)
	}
	return b.refused / b.offered
}
