//go:build unix

package host

import (
	"os"
	"syscall"
	"time"
)

// groupAttr makes a process the head of a group.
func groupAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endTree asks the group of a process to end, or kills it.
func endTree(p *os.Process, kill bool) error {
	if kill {
		return syscall.Kill(-p.Pid, syscall.SIGKILL)
	}
	return syscall.Kill(-p.Pid, syscall.SIGTERM)
}

// groupAlive reports whether a process group has members. Those of them that this
// process has adopted, as the first of a container does, are reaped.
func groupAlive(group int) bool {
	if syscall.Kill(-group, 0) == syscall.ESRCH {
		return false
	}
	for {
		if pid, _ := syscall.Wait4(-group, nil, syscall.WNOHANG, nil); pid <= 0 {
			return syscall.Kill(-group, 0) != syscall.ESRCH
		}
	}
}

// endGroup ends what is left of a process group whose head is gone: it asks, and
// kills after the grace. While the group has members, its number is not given to
// another.
func endGroup(group int) {
	syscall.Kill(-group, syscall.SIGTERM)
	began, killed := time.Now(), false
	for pause := time.Millisecond; groupAlive(group) && !allDead(group); pause = min(2*pause, grace/5) {
		if killed && time.Since(began) > 2*grace {
			return // one that cannot be killed, or dead and not reaped by whoever should
		}
		if !killed && time.Since(began) > grace {
			syscall.Kill(-group, syscall.SIGKILL)
			killed = true
		}
		time.Sleep(pause)
	}
}
