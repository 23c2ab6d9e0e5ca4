package candidate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

// checkCores checks that running targets can be moved to the targets' cores, which needs
// permission. If not, nothing is pinned, neither the other targets nor the generator:
// otherwise a target with more cores than another would look faster than it is.
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
		e.Pinning += "; the processes of " + strings.Join(moved, ", ") + ", which were running already, are moved there during the measurement and moved back afterwards"
	}
	return nil
}

// PinSelf pins this process to the generator's cores.
func (s *Setup) PinSelf() error {
	if err := usage.PinSelf(s.Environment.LoadCPUs); err != nil {
		return wrong(err, "use --no-pin to measure without pinning")
	}
	return nil
}
