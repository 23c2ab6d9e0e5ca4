//go:build unix

package host

import (
	"os"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/group"
)

// groupAttr makes a process the leader of a new group.
func groupAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endTree sends SIGTERM, or SIGKILL, to the group of a process, unless that was waited for.
func endTree(p *os.Process, kill bool) error {
	if kill {
		return group.Signal(p, syscall.SIGKILL)
	}
	return group.Signal(p, syscall.SIGTERM)
}

// groupAlive reports whether a process group whose leader was reaped has members. It
// reaps those that this process has adopted, as the first process of a container does.
func groupAlive(group int) bool {
	for signalOrphans(group, 0) != syscall.ESRCH {
		if pid, _ := syscall.Wait4(-group, nil, syscall.WNOHANG, nil); pid <= 0 {
			return true
		}
	}
	return false
}

// signalOrphans sends a signal to a process group whose leader was reaped; syscall.ESRCH
// means that it has no members. The system does not use the number again while it has.
// So it has none if there is a process with the number: that is another one's, and so is
// its group. See docs/design/host.md for what remains, and what a pidfd would cost.
func signalOrphans(group int, s syscall.Signal) error {
	if syscall.Kill(-group, 0) == syscall.ESRCH || syscall.Kill(group, 0) != syscall.ESRCH {
		return syscall.ESRCH
	}
	if s == 0 {
		return nil
	}
	return syscall.Kill(-group, s)
}

// unkillable is the time after which a group that does not end is left: on a busy machine,
// seconds may pass until a process that was killed runs, and ends.
const unkillable = 10 * time.Second

// endGroup ends the rest of a process group whose leader was reaped: with SIGTERM, and
// with SIGKILL after the grace.
func endGroup(group int) {
	_ = signalOrphans(group, syscall.SIGTERM) // fails if it is empty, which groupAlive sees
	began, killed := time.Now(), false
	for pause := time.Millisecond; groupAlive(group) && !allDead(group); pause = min(2*pause, grace/5) {
		if time.Since(began) > unkillable {
			return // it waits for a device, or is a zombie that its parent does not reap
		}
		if !killed && time.Since(began) > grace {
			_ = signalOrphans(group, syscall.SIGKILL)
			killed = true
		}
		time.Sleep(pause)
	}
}
