package load

import (
	"testing"
	"time"
)

// A report has a rate beside a percentile, also the first one, one of a slow target, and one
// that came late.
func TestLiveHasARate(t *testing.T) {
	r := newRecorder(1, nil)
	at := time.Duration(0)
	for i, c := range []struct {
		after time.Duration
		hits  int
		rate  float64
	}{
		{250 * time.Millisecond, 5, 20},
		{250 * time.Millisecond, 0, 10},
		{500 * time.Millisecond, 5, 10},
		{time.Second, 0, 5},
		{2 * time.Second, 1, 1.6}, // in the last four reports
		{5 * time.Second, 0, 6 / 8.5},
	} {
		at += c.after
		for range c.hits {
			r.add(outcome{end: at, due: at - time.Millisecond})
		}
		l := r.live(at)
		if l.Rate != c.rate || (l.P95 > 0) != (c.hits > 0) || l.P95 > 0 && l.Rate == 0 {
			t.Errorf("report %d: got %+v, want the rate %v", i, l, c.rate)
		}
	}
}
