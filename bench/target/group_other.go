//go:build !unix

package target

import (
	"os"
	"syscall"
)

func inGroup() *syscall.SysProcAttr { return nil }

// signalGroup ends a process: there are no groups, and no way to ask.
func signalGroup(p *os.Process, _ os.Signal) { p.Kill() }
