package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// A Running is a target that has answered.
type Running struct {
	target     Target
	place      place
	supervisor *supervisor // nil for a URL target
	holder     *holder     // of a URL target's processes; nil if they are not pinned
	output     *ring
	done       chan struct{}

	stopping sync.Once
	stopped  error // result of Stop; read after the Once
	mu       sync.Mutex
	asked    bool // Stop was called before the end
	err      error
}

func newRunning(t Target, p place) *Running {
	return &Running{target: t, place: p, output: &ring{log: t.Log}, done: make(chan struct{})}
}

// URL returns the address of the target without a final slash:
// http://127.0.0.1:40123.
func (r *Running) URL() string { return trimSlash(r.place.url) }

// Roots returns the roots of the target's process tree, for usage.Read. A negative
// number is the supervisor, a process of ours: its descendants count, it does not.
// For a URL target, the roots are the given pids, perhaps none.
func (r *Running) Roots() []int {
	if r.supervisor == nil {
		return r.target.PIDs
	}
	return r.supervisor.roots()
}

// Done is closed when the target has ended, and all of its processes with it.
func (r *Running) Done() <-chan struct{} { return r.done }

// Err returns nil while the target runs and after Stop, otherwise an *EndError.
func (r *Running) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Output returns the last 64 KiB of the target's standard output and standard
// error.
func (r *Running) Output() string { return r.output.String() }

// launch starts the processes.
func (r *Running) launch(ctx context.Context, o order, socket *os.File) error {
	k, err := startSupervisor(o, socket, r.output, stockOf(ctx))
	if err != nil {
		var f *startFailure
		hint := "check the limit on processes: ulimit -u"
		if errors.As(err, &f) {
			hint = startHint(o.Processes[f.Index], f.Errno)
		}
		return r.target.fail(PhaseStart, err, hint)
	}
	r.supervisor = k
	go r.attend()
	return nil
}

// attend waits for the end of the supervisor, and so of all processes.
func (r *Running) attend() {
	status := r.supervisor.wait()
	r.mu.Lock()
	if !r.asked {
		r.err = &EndError{Status: status, Output: r.output.tail(quoted)}
	}
	r.mu.Unlock()
	close(r.done)
}

// follow stops the target when ctx ends. The next Stop returns an error of that.
func (r *Running) follow(ctx context.Context) {
	go func() {
		select {
		case <-ctx.Done():
			r.Stop()
		case <-r.done:
		}
	}()
}

// Stop ends the target: it sends SIGTERM, then SIGKILL after the stop timeout, and
// checks that no process and no listening socket is left. Otherwise it returns an
// error. It returns nil for a target that has ended. A URL target is left running,
// on the CPUs that it had before. Stop may be called at any time, more than once
// and by several goroutines; all of them wait for the end.
func (r *Running) Stop() error {
	r.stopping.Do(func() { r.stopped = r.stop() })
	return r.stopped
}

// lastWait is the time limit for killed processes to end.
const lastWait = 10 * time.Second

func (r *Running) stop() error {
	if r.supervisor == nil {
		defer close(r.done)
		return r.letGo()
	}
	r.mu.Lock()
	r.asked = true
	r.mu.Unlock()
	r.supervisor.stop(r.target.StopTimeout)
	limit := time.NewTimer(r.target.StopTimeout + lastWait)
	defer limit.Stop()
	select {
	case <-r.done:
	case <-limit.C:
		return fmt.Errorf("stop target %s: processes below %v still exist %v after SIGKILL; see ps -o pid,stat,wchan for the reason",
			r.target.Name, r.supervisor.roots(), lastWait)
	}
	for _, addr := range append([]string{r.place.addr, r.place.backend}, r.place.instances...) {
		if addr != "" && listens(addr) {
			return fmt.Errorf("stop target %s: its processes have ended, but another process still listens at %s", r.target.Name, addr)
		}
	}
	return nil
}
