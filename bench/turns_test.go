package bench

import (
	"math"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// The warm-up of a turn lasts until users who all begin at once have spread out.
func TestTurnsWaitForSlowAnswers(t *testing.T) {
	for _, c := range []struct{ slow, lead, length time.Duration }{
		{5, 10, 40}, {20, 20, 40}, {100, 100, 100}, {5000, 1000, 1000},
	} {
		if got := turnOf(40 * time.Millisecond).after(c.slow * time.Millisecond); got != (turn{c.lead * time.Millisecond, c.length * time.Millisecond}) {
			t.Errorf("after %d ms: %+v, want %+v", int64(c.slow), got, c)
		}
	}
	h := histogram.New()
	for i := range 1000 {
		h.Record(time.Duration(1+i/950*99) * time.Millisecond)
	}
	if got := slowAnswer(h); math.Abs(got.Seconds()-0.1) > 1e-3 {
		t.Errorf("the slow answers take %v, want 100 ms", got)
	}
}

// The CPU time of a turn is that of its counted requests, even if the others are answered
// late.
func TestCountedRequestsOfATurn(t *testing.T) {
	for _, c := range []struct {
		b    load.Block
		want float64
	}{
		{load.Block{Hits: 72, Errors: 8, Sent: 100, Length: 80 * time.Millisecond, Drain: time.Second, Whole: 1080 * time.Millisecond}, 0.8},
		{load.Block{Hits: 1, Errors: 2, Sent: 2}, 1}, // an open request that fails counts too
		{load.Block{}, 0},
	} {
		if got := counted(c.b); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.b, got, c.want)
		}
	}
}

// quadOf returns a quad of blocks of ten turns of 40 ms at 1,000 hits a second. base and head
// are the milliseconds that answers took after each turn.
func quadOf(base, head float64) result.Quad {
	block := func(target string, drain float64) result.Block {
		return result.Block{Target: target, Hits: 400, Seconds: 0.4, Turns: 10, Drain: drain / 100}
	}
	return result.Quad{Candidate: "head", Blocks: []result.Block{block("base", base), block("head", head), block("head", head), block("base", base)}}
}

// A route is left out if it is slow in the base, not if the change has made it slow.
func TestARouteThatTheChangeMadeSlow(t *testing.T) {
	if !baseIsSlow(quadOf(500, 500)) || !baseIsSlow(quadOf(500, 10)) || baseIsSlow(quadOf(5, 2000)) {
		t.Error("the base's time has to count")
	}
}
