package bench

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// recorded returns a recording with these numbers of answers in each second.
func recorded(counts ...int) *load.Recording {
	rec := &load.Recording{}
	for _, n := range counts {
		s := load.Second{Answer: histogram.New()}
		for i := range n {
			s.Answer.Record(time.Duration(10+i) * time.Millisecond)
		}
		rec.Seconds, rec.Hits = append(rec.Seconds, s), rec.Hits+uint64(n)
	}
	return rec
}

// At two hits a second, no second supports a percentile, but bins of twenty do.
func TestBinsHoldEnoughAnswers(t *testing.T) {
	counts := make([]int, 36)
	for i := range counts {
		counts[i] = 2
	}
	got := bins(recorded(counts...))
	if len(got) != 3 || got[0].From != 0 || got[0].To != 10 || got[2].To != 36 {
		t.Fatalf("got %+v, want three bins of ten seconds or more", got)
	}
	for _, b := range got {
		if !b.P50.Known() || !b.Max.Known() || b.P95.Known() {
			t.Errorf("got %+v, want a median and no p95", b)
		}
	}
	many := bins(recorded(250, 250, 250, 250, 0, 0, 150, 150, 250, 250, 10))
	if len(many) != 7 || !many[0].P95.Known() || many[4] != (result.Bin{From: 6, To: 8, Hits: 300, P50: many[4].P50, P95: many[4].P95, Max: many[4].Max}) || many[6].To != 11 {
		t.Errorf("got %+v, want seven with a p95 and a gap", many)
	}
	if got := bins(recorded(0, 3, 0)); len(got) != 1 || got[0].From != 1 || got[0].To != 2 || got[0].P50.Known() {
		t.Errorf("got %+v, want the three answers in one bin without a median", got)
	}
	if got := bins(recorded()); got != nil {
		t.Errorf("got %+v for no answers", got)
	}
}
