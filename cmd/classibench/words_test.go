package main

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

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
