package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

// coresFor returns the cores that targets have to themselves. What already runs
// has to be moved there, for which rights may be missing; then nothing is pinned,
// neither the other targets nor the generator: a target with more cores than
// another would look faster than it is.
func (p *program) coresFor(targets []scenarios.Target, e *result.Environment) ([]int, error) {
	var moved []string
	for _, t := range targets {
		there := target.Target{Name: t.Name, Kind: t.Kind, PIDs: t.PIDs, CPUs: e.TargetCPUs}
		if len(e.TargetCPUs) == 0 || !there.Attached() {
			continue
		}
		err := there.Pinnable()
		switch {
		case errors.Is(err, usage.ErrGone):
			return nil, usageError(fmt.Errorf("target %s: %w", t.Name, err), "name the processes that serve now with pids")
		case err != nil:
			e.Unpin(fmt.Sprintf("%s cannot be kept on cores of its own: %v", t.Name, err))
			p.say("%s", e.Pinning)
		}
		moved = append(moved, t.Name)
	}
	if len(moved) > 0 && len(e.TargetCPUs) > 0 {
		e.Pinning += "; the processes of " + strings.Join(moved, ", ") + ", which ran before, are moved there while they are measured, and put back"
	}
	return e.TargetCPUs, nil
}
