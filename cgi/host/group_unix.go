//go:build unix

package host

import (
	"os"
	"syscall"
	"time"
)

// groupAttr makes a process the leader of a new group.
func groupAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endTree sends SIGTERM, or SIGKILL, to the group of a process.
func endTree(p *os.Process, kill bool) error {
	if kill {
		return syscall.Kill(-p.Pid, syscall.SIGKILL)
	}
	return syscall.Kill(-p.Pid, syscall.SIGTERM)
}

// groupAlive reports whether a process group has members. It reaps those that this
// process has adopted, as the first process of a container does.
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

// endGroup ends the rest of a process group whose leader has ended: with SIGTERM,
// and with SIGKILL after the grace. While the group has members, the system does
// not reuse its number.
func endGroup(group int) {
	syscall.Kill(-group, syscall.SIGTERM)
	began, killed := time.Now(), false
	for pause := time.Millisecond; groupAlive(group) && !allDead(group); pause = min(2*pause, grace/5) {
		if killed && time.Since(began) > 2*grace {
			return // unkillable, or a zombie that its parent does not reap
		}
		if !killed && time.Since(began) > grace {
			syscall.Kill(-group, syscall.SIGKILL)
			killed = true
		}
		time.Sleep(pause)
	}
}
