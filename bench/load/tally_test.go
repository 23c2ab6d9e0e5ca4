package load

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// tallied returns the block of answers at the given times in milliseconds.
func tallied(lead, length time.Duration, answers ...time.Duration) Block {
	t := tally{warmUp: lead * time.Millisecond, length: length * time.Millisecond, block: Block{Latency: histogram.New(), Faults: map[Fault]ErrorCount{}}}
	for _, at := range answers {
		t.add(0, at*time.Millisecond, reply{})
	}
	return t.block
}

// An error counts at any time, a right answer only within the block.
func TestAnErrorIsNeverLost(t *testing.T) {
	u := tally{length: 20 * time.Millisecond, block: Block{Latency: histogram.New(), Faults: map[Fault]ErrorCount{}}}
	for _, at := range []time.Duration{10, 20, 30, 40} {
		u.add(0, at*time.Millisecond, reply{})
	}
	u.add(0, time.Second, reply{fault: FaultTimeout, example: "GET /: timeout"})
	if b := u.block; b.Hits != 2 || b.Errors != 1 || b.Length != 20*time.Millisecond || b.Faults[FaultTimeout].Count != 1 {
		t.Errorf("%d hits and %d errors in %v, want 2 and 1 in 20 ms", b.Hits, b.Errors, b.Length)
	}
}

// Eight users whose requests all take 50 ms send bursts of eight, 160 a second. The
// rate of a block must be that, however short the block is.
func TestTheRateOfBursts(t *testing.T) {
	var answers []time.Duration
	for at := time.Duration(50); at < 1000; at += 50 {
		for range 8 {
			answers = append(answers, at)
		}
	}
	for _, length := range []time.Duration{40, 60, 110, 260, 410} {
		b := tallied(20, length, answers...)
		if got := float64(b.Hits) / b.Length.Seconds(); b.Length < length*time.Millisecond || got != 160 {
			t.Errorf("in a block of %v ms: %v hits/s in %v, want 160", int64(length), got, b.Length)
		}
	}
}

// A target that stops for a second in a block of 50 ms is charged for the whole
// second.
func TestAStallCountsInFull(t *testing.T) {
	if b := tallied(75, 50, 10, 70, 80, 90, 100, 1100, 1110); b.Hits != 3 || b.Length != 1020*time.Millisecond {
		t.Errorf("%d hits in %v, want 3 in 1.02 s", b.Hits, b.Length)
	}
}

// Answers in the warm-up do not count, and neither do the opening answer and those
// after the end.
func TestABlockGoesFromAnswerToAnswer(t *testing.T) {
	if b := tallied(15, 30, 10, 20, 30, 40, 50, 60); b.Hits != 3 || b.Length != 30*time.Millisecond || b.Latency.Count() != 3 {
		t.Errorf("%d hits in %v, want 3 in 30 ms", b.Hits, b.Length)
	}
}
