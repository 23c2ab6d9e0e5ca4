package group

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Group is a process group, also after the end of its leader.
type Group struct {
	leader int
	fd     int // a pidfd of the leader; -1 where the system refuses pidfds
}

// Open returns the group that a process leads. The process must not be reaped meanwhile: it is a
// child of this process, or of one that waits.
func Open(leader int) (*Group, error) {
	fd, err := unix.PidfdOpen(leader, 0)
	switch {
	case err == unix.ESRCH:
		return nil, fmt.Errorf("open process %d: %w", leader, err)
	case err != nil:
		fd = -1
	}
	return &Group{leader, fd}, nil
}

// Close forgets the group. Its processes go on.
func (g *Group) Close() error {
	if g.fd < 0 {
		return nil
	}
	return unix.Close(g.fd)
}

// Signal sends a signal to all members. The error wraps syscall.ESRCH if there are none.
func (g *Group) Signal(s syscall.Signal) error { return signal(g.fd, g.leader, s) }

// Signal sends a signal to the group that a child leads. It returns os.ErrProcessDone if the
// child was waited for.
func Signal(child *os.Process, s syscall.Signal) error {
	var sent error
	err := child.WithHandle(func(fd uintptr) { sent = signal(int(fd), child.Pid, s) })
	if errors.Is(err, os.ErrNoHandle) {
		return signalByNumber(child, s)
	}
	return errors.Join(err, sent)
}

// toGroup is PIDFD_SIGNAL_PROCESS_GROUP of pidfd_send_signal(2), since Linux 6.9.
const toGroup = 1 << 2

func signal(fd, leader int, s syscall.Signal) error {
	if fd < 0 {
		return unix.Kill(-leader, s)
	}
	if err := unix.PidfdSendSignal(fd, s, nil, toGroup); err != unix.EINVAL {
		return err
	}
	return signalMembers(fd, leader, s)
}

// rounds is how often members are looked for. One may start another between the look and the
// signal.
const rounds = 100

// signalMembers sends a signal to one member after the other, until no further one is found.
func signalMembers(fd, leader int, s syscall.Signal) error {
	seen := map[int]bool{}
	for range rounds {
		before := len(seen)
		for _, pid := range members(fd, leader) {
			if signalMember(pid, fd, leader, s) == nil {
				seen[pid] = true
			}
		}
		if len(seen) == before {
			break
		}
	}
	if len(seen) == 0 {
		return unix.ESRCH
	}
	return nil
}

// signalMember opens the member before it is looked at again: the signal is for what was seen.
func signalMember(pid, fd, leader int, s syscall.Signal) error {
	member, err := unix.PidfdOpen(pid, 0)
	if err == nil {
		defer unix.Close(member)
	}
	switch {
	case err == unix.ESRCH, !belongs(pid, leader), taken(fd, leader):
		return unix.ESRCH
	case err != nil: // too many open files
		return unix.Kill(pid, s)
	}
	return unix.PidfdSendSignal(member, s, nil, 0)
}

// members returns the living processes of a group, without this one.
func members(fd, leader int) (pids []int) {
	if taken(fd, leader) {
		return nil
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*") // fails only for a bad pattern
	for _, dir := range dirs {
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil && pid != os.Getpid() && belongs(pid, leader) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// taken reports whether another process has the number of the leader. Then the group has no
// members: a number is not used again as long as it is that of a group.
func taken(fd, leader int) bool {
	return unix.PidfdSendSignal(fd, 0, nil, 0) == unix.ESRCH && unix.Kill(leader, 0) != unix.ESRCH
}

// belongs reports whether a process lives and is a member of a group. See proc_pid_stat(5).
func belongs(pid, leader int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // state, parent, group, and so on
	return len(f) > 2 && string(f[2]) == strconv.Itoa(leader) && string(f[0]) != "Z" && string(f[0]) != "X"
}
