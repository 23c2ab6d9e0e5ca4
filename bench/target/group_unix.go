//go:build unix && !linux

package target

import (
	"os"
	"syscall"
)

func inGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// signalGroup sends SIGTERM to the group of a process, or SIGKILL for os.Kill.
func signalGroup(p *os.Process, s os.Signal) {
	n := syscall.SIGTERM
	if s == os.Kill {
		n = syscall.SIGKILL
	}
	syscall.Kill(-p.Pid, n)
}
