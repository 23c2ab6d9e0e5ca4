//go:build unix && !linux

package group

import (
	"os"
	"syscall"
)

// Signal sends a signal to the group that a child leads. Unlike on Linux, the child must not be
// waited for meanwhile.
func Signal(child *os.Process, s syscall.Signal) error {
	if child.Signal(syscall.Signal(0)) == os.ErrProcessDone {
		return os.ErrProcessDone
	}
	return syscall.Kill(-child.Pid, s)
}
