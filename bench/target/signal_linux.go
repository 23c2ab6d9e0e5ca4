package target

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// This file reaps processes and sends signals. The number of a process may be another's as soon
// as it was reaped, so that no signal may be sent to it any more.

// reap waits for all children, including adopted ones, until there are none.
func (w *watchman) reap() {
	defer close(w.deaths)
	for {
		switch unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOWAIT, nil) {
		case nil:
			if d := w.reapOne(); d.pid > 0 {
				w.deaths <- d
			}
		case unix.EINTR:
		default:
			return
		}
	}
}

// reapOne reaps a child that has ended.
func (w *watchman) reapOne() (d death) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d.pid, _ = syscall.Wait4(-1, &d.status, syscall.WNOHANG, nil)
	w.reaped[d.pid] = true
	return d
}

// buried forgets a process whose end was handled: first does not have it any more.
func (w *watchman) buried(pid int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.reaped, pid)
}

// terminate sends SIGTERM to the first processes that still run, or, with a sign of -1, to
// their groups.
func (w *watchman) terminate(sign int) { w.signalFirst(sign, syscall.SIGTERM) }

func (w *watchman) signalFirst(sign int, s syscall.Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, pid := range w.first {
		if !w.reaped[pid] {
			syscall.Kill(sign*pid, s)
		}
	}
}

// signal sends a signal to all processes of the target.
func (w *watchman) signal(s syscall.Signal) {
	members, err := w.tree.Members()
	if err == nil && len(members) > 0 {
		opened := openAll(members)
		defer opened.close()
		// A member may have ended, and another process may have its number. What is a
		// member still is what was opened.
		if members, err = w.tree.Members(); err == nil {
			opened.signal(members, s)
		}
	}
	if err != nil {
		w.signalFirst(-1, s)
	}
}

// A pidfds holds pidfds by the numbers of their processes.
type pidfds map[int]int

func openAll(pids []int) pidfds {
	h := pidfds{}
	for _, pid := range pids {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil { // else it has ended
			h[pid] = fd
		}
	}
	return h
}

func (h pidfds) signal(pids []int, s syscall.Signal) {
	for _, pid := range pids {
		if fd, ok := h[pid]; ok {
			_ = unix.PidfdSendSignal(fd, s, nil, 0) // fails if it has ended
		}
	}
}

func (h pidfds) close() {
	for _, fd := range h {
		unix.Close(fd)
	}
}
