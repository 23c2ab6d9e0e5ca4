package main

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// The hint depends on the inconclusive check.
func TestHintsFitTheVerdict(t *testing.T) {
	for name, want := range map[string]string{
		result.ObjectiveCheck:  "offer the rate for longer with --budget",
		result.GainCheck:       "require less with --min-gain",
		result.ThroughputCheck: "allow a larger loss with --max-loss",
	} {
		g := &result.Gate{Checks: []result.Check{{Name: result.ThroughputCheck, Outcome: result.Pass}, {Name: name, Outcome: result.Inconclusive}}}
		if got := inconclusiveHint(g); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
