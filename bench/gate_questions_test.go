package bench

import (
	"testing"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// A rate is offered until a p95 is known, if the budget allows it.
func TestLengthAt(t *testing.T) {
	for _, c := range []struct {
		rate         float64
		budget, want time.Duration
	}{{500, 2 * time.Minute, 20 * time.Second}, {4, 2 * time.Minute, time.Minute}, {1, 2 * time.Minute, 2 * time.Minute}, {1, time.Hour, 4 * time.Minute}, {0, time.Minute, time.Minute}} {
		if got := lengthAt(scenarios.Rate{Value: c.rate}, c.budget); got != c.want {
			t.Errorf("%v hits/s in %v: got %v, want %v", c.rate, c.budget, got, c.want)
		}
	}
}
