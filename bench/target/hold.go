package target

import (
	"errors"
	"fmt"

	"github.com/classibench/classibench/bench/usage"
)

// Pinnable returns nil if the processes of the target can be kept on its CPUs, or
// the reason why not. For a URL target it tries, and reverts the change at once:
// another program started the processes, perhaps as another user. Other targets are
// started on their CPUs.
func (t Target) Pinnable() error {
	switch {
	case len(t.CPUs) == 0 || !t.Attached():
		return nil
	case len(t.PIDs) == 0:
		return errors.New("its processes are not known; name them with pids")
	}
	h, err := startHolder(t.PIDs, t.CPUs)
	if err != nil {
		return err
	}
	return h.release()
}

// hold keeps the processes of a URL target on its CPUs until Stop.
func (r *Running) hold() (err error) {
	t := r.target
	if len(t.CPUs) == 0 || len(t.PIDs) == 0 {
		return nil
	}
	if r.holder, err = startHolder(t.PIDs, t.CPUs); err == nil {
		return nil
	}
	hint := "use --no-pin to measure without separate cores"
	if errors.Is(err, usage.ErrGone) {
		hint = "correct pids: it must name processes that run now"
	}
	return t.fail(PhasePin, fmt.Errorf("keep its processes on their cores: %w", err), hint)
}

// letGo restores the CPUs of a URL target's processes.
func (r *Running) letGo() error {
	if r.holder == nil {
		return nil
	}
	if err := r.holder.release(); err != nil {
		return fmt.Errorf("restore the CPUs of the processes of target %s: %w; do it with taskset -apc CPUS PID", r.target.Name, err)
	}
	return nil
}
