//go:build !unix

package target

import (
	"os"
	"syscall"
)

func inGroup() *syscall.SysProcAttr { return nil }

// signalGroup kills a process: this system has no process groups, and no SIGTERM.
func signalGroup(p *os.Process, _ os.Signal) { p.Kill() }
