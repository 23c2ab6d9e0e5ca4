//go:build unix && !linux

package group

import (
	"os"
	"syscall"
)

// Signal sends a signal to the group that a child leads. It returns os.ErrProcessDone if the
// child was waited for. Unlike on Linux, it must not be waited for meanwhile.
func Signal(child *os.Process, s syscall.Signal) error { return signalByNumber(child, s) }
