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
		err = w.signalMembers(opened, s)
	}
	if err != nil {
		w.signalFirst(-1, s)
	}
}

// signalMembers signals what was opened, and is a member still: a member may have ended, and
// another process may have had its number.
func (w *watchman) signalMembers(opened pidfds, s syscall.Signal) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	members, err := w.tree.Members()
	if err == nil {
		opened.signal(members, s)
	}
	return err
}

// A pidfds holds pidfds by the numbers of their processes. It has -1 for one that cannot be
// opened: there are too many open files, or the system refuses pidfds (see package group).
type pidfds map[int]int

func openAll(pids []int) pidfds {
	h := pidfds{}
	for _, pid := range pids {
		switch fd, err := unix.PidfdOpen(pid, 0); err {
		case nil:
			h[pid] = fd
		case unix.ESRCH: // it has ended
		default:
			h[pid] = -1
		}
	}
	return h
}

func (h pidfds) signal(pids []int, s syscall.Signal) {
	for _, pid := range pids {
		switch fd, ok := h[pid]; {
		case ok && fd < 0:
			_ = unix.Kill(pid, s) // fails if it has ended
		case ok:
			_ = unix.PidfdSendSignal(fd, s, nil, 0) // likewise
		}
	}
}

func (h pidfds) close() {
	for _, fd := range h {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
