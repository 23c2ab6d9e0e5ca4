package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// A Running is a target that is up.
type Running struct {
	target     Target
	place      place
	supervisor *supervisor // nil for a URL target
	holder     *holder     // of the processes of a URL target; nil where they run where they like
	output     *ring
	done       chan struct{}

	stopping sync.Once
	stopped  error // of Stop; read after the Once
	mu       sync.Mutex
	asked    bool // Stop was called before it ended
	err      error
}

func newRunning(t Target, p place) *Running {
	return &Running{target: t, place: p, output: &ring{log: t.Log}, done: make(chan struct{})}
}

// URL is the address of the target, without a slash at its end:
// http://127.0.0.1:40123.
func (r *Running) URL() string { return trimSlash(r.place.url) }

// Roots says where the target's process tree begins, as usage.Read takes it.
// The supervisor, which is ours, stands in it as a negative number: what it started
// counts, it does not. Of a URL target it is the pids that were given, perhaps
// none.
func (r *Running) Roots() []int {
	if r.supervisor == nil {
		return r.target.PIDs
	}
	return r.supervisor.roots()
}

// Done is closed when the target has ended, and all of its processes with it.
func (r *Running) Done() <-chan struct{} { return r.done }

// Err says how the target ended: nil while it runs and when it was stopped,
// else an *EndError.
func (r *Running) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Output is what the target wrote to its standard output and standard error,
// the last 64 KiB of it.
func (r *Running) Output() string { return r.output.String() }

// launch starts the processes.
func (r *Running) launch(o order, socket *os.File) error {
	k, err := startSupervisor(o, socket, r.output)
	if err != nil {
		var f *startFailure
		hint := "is there room for one more process? See ulimit -u"
		if errors.As(err, &f) {
			hint = startHint(o.Processes[f.Index], f.Errno)
		}
		return r.target.fail(PhaseStart, err, hint)
	}
	r.supervisor = k
	go r.attend()
	return nil
}

// attend waits for the end of the supervisor, and with it of all processes.
func (r *Running) attend() {
	status := r.supervisor.wait()
	r.mu.Lock()
	if !r.asked {
		r.err = &EndError{Status: status, Output: r.output.tail(quoted)}
	}
	r.mu.Unlock()
	close(r.done)
}

// follow stops the target when ctx ends. What goes wrong then, the next Stop
// tells.
func (r *Running) follow(ctx context.Context) {
	go func() {
		select {
		case <-ctx.Done():
			r.Stop()
		case <-r.done:
		}
	}()
}

// Stop ends the target: it asks its processes to end, kills those that have not
// within the stop timeout, and makes sure that no process and no listening
// socket is left. It returns when that is so, or why it is not. A target that
// has ended is stopped without error. A URL target is left running, where it was
// allowed to run before it was started here. Stop may be called at any time, more than
// once and by several goroutines; all of them wait for the end.
func (r *Running) Stop() error {
	r.stopping.Do(func() { r.stopped = r.stop() })
	return r.stopped
}

// lastWait is how long killed processes may take to be gone.
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
		return fmt.Errorf("stop target %s: processes below %v are still there %v after they were killed; ps -o pid,stat,wchan shows what they wait for",
			r.target.Name, r.supervisor.roots(), lastWait)
	}
	for _, addr := range []string{r.place.addr, r.place.backend} {
		if addr != "" && listens(addr) {
			return fmt.Errorf("stop target %s: its processes are gone, but something still listens at %s", r.target.Name, addr)
		}
	}
	return nil
}
