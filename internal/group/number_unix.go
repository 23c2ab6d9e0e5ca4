//go:build unix

package group

import (
	"os"
	"syscall"
)

// signalByNumber sends a signal to the group that a child leads. It returns os.ErrProcessDone if
// the child was waited for.
func signalByNumber(child *os.Process, s syscall.Signal) error {
	if child.Signal(syscall.Signal(0)) == os.ErrProcessDone {
		return os.ErrProcessDone
	}
	return syscall.Kill(-child.Pid, s)
}
