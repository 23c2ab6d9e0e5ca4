package target

import (
	"errors"
	"fmt"

	"github.com/classibench/classibench/bench/usage"
)

// Pinnable returns nil if the processes of the target can be kept on its CPUs,
// else why not. Of a URL target it tries: another program started those, perhaps
// as another user, and they are put back at once. All other targets are started on
// their CPUs.
func (t Target) Pinnable() error {
	switch {
	case len(t.CPUs) == 0 || !t.Attached():
		return nil
	case len(t.PIDs) == 0:
		return errors.New("its processes are not known, name them with pids")
	}
	h, err := startHolder(t.PIDs, t.CPUs)
	if err != nil {
		return err
	}
	return h.release()
}

// hold keeps the processes of a URL target on its CPUs until it is stopped.
func (r *Running) hold() (err error) {
	t := r.target
	if len(t.CPUs) == 0 || len(t.PIDs) == 0 {
		return nil
	}
	if r.holder, err = startHolder(t.PIDs, t.CPUs); err == nil {
		return nil
	}
	hint := "--no-pin measures without cores of their own"
	if errors.Is(err, usage.ErrGone) {
		hint = "name the processes that serve now with pids"
	}
	return t.fail(PhasePin, fmt.Errorf("keep its processes on their cores: %w", err), hint)
}

// letGo puts the processes of a URL target back where they were.
func (r *Running) letGo() error {
	if r.holder == nil {
		return nil
	}
	if err := r.holder.release(); err != nil {
		return fmt.Errorf("let the processes of target %s run where they did before: %w; taskset -apc CPUS PID does it by hand", r.target.Name, err)
	}
	return nil
}
