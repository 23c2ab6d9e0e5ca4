package replay

import (
	"context"
	"math"
	"time"
)

// leastPeak is how many hits the busiest minute has at least: fewer say little about its rate.
const leastPeak = 100

// PeakToMean returns the rate of the busiest minute of a file as a multiple of its mean rate,
// and how long the file is. Where the minute has few hits, the busiest hour replaces it.
func PeakToMean(ctx context.Context, path string) (factor float64, length time.Duration, err error) {
	whole, err := Busiest(ctx, path, math.MaxInt64)
	if err != nil {
		return 0, 0, err
	}
	busy, err := Busiest(ctx, path, time.Minute)
	if err == nil && busy.Hits < leastPeak {
		busy, err = Busiest(ctx, path, time.Hour)
	}
	return max(1, busy.rate()/whole.rate()), whole.To, err
}

// rate returns the hits per second of a window.
func (w Window) rate() float64 { return float64(w.Hits) / (w.To - w.From).Seconds() }
