package candidate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

// checkCores finds out whether targets that already run can be moved to the targets' cores,
// for which rights may be missing. If not, nothing is pinned, neither the other targets nor
// the generator: a target with more cores than another would look faster than it is.
func (s *Setup) checkCores(targets []scenarios.Target) error {
	e := &s.Environment
	var moved []string
	for _, t := range targets {
		there := target.Target{Name: t.Name, Kind: t.Kind, PIDs: t.PIDs, CPUs: e.TargetCPUs}
		if len(e.TargetCPUs) == 0 || !there.Attached() {
			continue
		}
		err := there.Pinnable()
		switch {
		case errors.Is(err, usage.ErrGone):
			return wrong(fmt.Errorf("target %s: %w", t.Name, err), "name the processes that serve now with pids")
		case err != nil:
			e.Unpin(fmt.Sprintf("%s cannot be kept on cores of its own: %v", t.Name, err))
			s.options.Logf("%s", e.Pinning)
		}
		moved = append(moved, t.Name)
	}
	if len(moved) > 0 && len(e.TargetCPUs) > 0 {
		e.Pinning += "; the processes of " + strings.Join(moved, ", ") + ", which ran before, are moved there while they are measured, and put back"
	}
	return nil
}

// PinSelf keeps this process on the generator's cores, from here on.
func (s *Setup) PinSelf() error {
	if err := usage.PinSelf(s.Environment.LoadCPUs); err != nil {
		return wrong(err, "--no-pin measures without cores of their own")
	}
	return nil
}
