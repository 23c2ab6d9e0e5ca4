package capacity

import (
	"math"
	"slices"
	"testing"
)

// After the first second with a refusal, a bucket is empty, however full it was before.
func TestErrorsAfterTheCut(t *testing.T) {
	for name, c := range map[string]struct {
		failed      []uint64
		cut         float64
		share, hits float64
	}{
		"not known":      {nil, 8, 0.1, 80},
		"none":           {make([]uint64, 8), 8, 0.1, 80},
		"from the start": {[]uint64{1, 1, 1, 1, 1, 1, 1, 1}, 1, 0.1, 70},
		"in the middle":  {[]uint64{0, 0, 0, 1, 2, 2, 2, 2}, 4, 0.2, 40},
		"at the end":     {[]uint64{0, 0, 0, 0, 0, 0, 4, 4}, 8, 0.1, 80},
	} {
		trial := Trial{Seconds: 8, Hits: 72, Errors: 8, Failed: c.failed, Step: 2}
		for i := range 40 {
			trial.Due = append(trial.Due, float64(i)/5)
		}
		cut := trial.cut()
		from := cut
		if cut == 8 {
			from = 0
		}
		if share, hits := trial.lost(from, 8); cut != c.cut || math.Abs(share-c.share) > 1e-9 || hits != c.hits {
			t.Errorf("%s: got the share %v of %v hits after %v s, want %v of %v after %v s", name, share, hits, cut, c.share, c.hits, c.cut)
		}
	}
}

// The likelihood of a trial is highest at the rate of the bucket, whether it began full, empty
// or between, if the models know that it may.
func TestStartsOfABucket(t *testing.T) {
	const rate, size = 150.0, 256.0
	for _, left := range []float64{0, 40, 150, 256} {
		trial := Trial{Rate: 195, Seconds: 8, Step: 1, Failed: make([]uint64, 8)}
		b := bucket{size: size, tokens: left}
		for i := range int(8 * trial.Rate) {
			due, before := (float64(i)+0.5)/trial.Rate, b.refused
			if b.take(due, 1, rate); b.refused > before {
				trial.Errors++
				trial.Failed[int(due)]++
			} else {
				trial.Hits++
			}
			trial.Due = append(trial.Due, due)
		}
		v := view{o: Objective{P95: 1, Errors: 0.01}}
		best, most := 0.0, 0.0
		for place := placeOf(100); place < placeOf(250); place++ {
			m := len(buckets) + slices.Index(buckets, size)
			if odds := v.bucketOdds(&trial, m, place); odds > most {
				best, most = rateAt(place), odds
			}
		}
		if math.Abs(best/rate-1) > 0.015 {
			t.Errorf("with %v of %v tokens at first: %.1f/s is most likely, want %v", left, size, best, rate)
		}
	}
}

// A bucket that is large, and begins as it does in the long run, refuses what is too much.
func TestLimitOfALargeBucket(t *testing.T) {
	for _, size := range []float64{100, 300, 1000} {
		if got, want := bucketLimit(size, 0.01), 1/0.99; got > want*1.0005 || got < want*0.985 {
			t.Errorf("%v tokens: the limit is %.4f of the rate, want nearly %.4f", size, got, want)
		}
	}
}
