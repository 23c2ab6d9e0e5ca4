package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// A hint is read when the directory of the run is gone.
func TestHintsOutlastTheRun(t *testing.T) {
	gone := "run its command by hand: " + filepath.Join(os.TempDir(), "classibench-123", "build-head", "program") + " -listen {addr}"
	if got := lasting(gone); strings.Contains(got, "classibench-123") || !strings.Contains(got, "build the program by hand") {
		t.Errorf("got %q", got)
	}
	const mine = "run its command by hand: ./shop -listen {addr}"
	if got := lasting(mine); got != mine {
		t.Errorf("got %q, want %q", got, mine)
	}
}

// What would help depends on what could not be told.
func TestHintsFitTheVerdict(t *testing.T) {
	for name, want := range map[string]string{
		result.ObjectiveCheck:  "offer the rate for longer with --budget",
		result.GainCheck:       "ask for less with --min-gain",
		result.ThroughputCheck: "allow more with --max-loss",
	} {
		g := &result.Gate{Checks: []result.Check{{Name: result.ThroughputCheck, Outcome: result.Pass}, {Name: name, Outcome: result.Inconclusive}}}
		if got := inconclusiveHint(g); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// A rate is offered until a p95 is known, if the budget lasts.
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
