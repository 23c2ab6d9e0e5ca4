package main

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// maxLanes limits the pairs of programs that are probed at the same time: bisection gains
// little from more.
const maxLanes = 4

// lanes returns the number of pairs of programs that are probed at the same time, on this
// number of CPUs: a pair keeps two busy.
func lanes(targets []scenarios.Target, requests []trial.Request, cpus int) int {
	if !independent(targets, requests) {
		return 1
	}
	return max(1, min(maxLanes, cpus/2))
}

// independent reports whether each further instance of the targets has data of its own: a
// copy of the data set, or none that the requests change.
func independent(targets []scenarios.Target, requests []trial.Request) bool {
	reads := !slices.ContainsFunc(requests, func(r trial.Request) bool { return !r.Safe() })
	return !slices.ContainsFunc(targets, func(t scenarios.Target) bool {
		return t.Builtin == "" && !t.UsesData() && (t.Reset != nil || !reads)
	})
}

// sidesOf returns the sides of a verification: at first those that are ready, then others.
func sidesOf(setup *candidate.Setup, targets []scenarios.Target, ready []instance.Candidate) func(context.Context) ([]instance.Candidate, error) {
	return func(ctx context.Context) ([]instance.Candidate, error) {
		if first := ready; first != nil {
			ready = nil
			return first, nil
		}
		return setup.Candidates(ctx, targets)
	}
}
