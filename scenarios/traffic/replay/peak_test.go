package replay_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/replay"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// The peak is that of the busiest minute, or of the hour where a minute has few hits.
func TestPeakToMean(t *testing.T) {
	for name, c := range map[string]struct {
		quiet, busy int // hits of an hour but for its tenth minute, and of that
		want        float64
	}{
		"a busy minute": {590, 600, 600.0 / 60 * 3600 / 1190},
		"few hits":      {59, 30, 1},
	} {
		var times []time.Duration
		for i := range c.quiet {
			at := time.Duration(i) * 59 * time.Minute / time.Duration(c.quiet)
			if at >= 10*time.Minute {
				at += time.Minute
			}
			times = append(times, at)
		}
		for i := range c.busy {
			times = append(times, 10*time.Minute+time.Duration(i)*time.Minute/time.Duration(c.busy))
		}
		var hits []trace.Hit
		for _, at := range slices.Sorted(slices.Values(times)) {
			hits = append(hits, hit(at, "", "/"))
		}
		factor, length, err := replay.PeakToMean(t.Context(), written(t, hits...))
		if err != nil || math.Abs(factor/c.want-1) > 0.03 || length < 59*time.Minute || length > time.Hour {
			t.Errorf("%s: got %v in %v and error %v, want %v", name, factor, length, err, c.want)
		}
	}
}
