//go:build unix

package host

import (
	"os"
	"syscall"
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
