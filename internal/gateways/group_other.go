//go:build !linux

package gateways

import (
	"os"
	"syscall"
)

// ownGroup has no effect here: servers end with Stop alone.
func ownGroup() *syscall.SysProcAttr { return nil }

// endGroup ends the leader, which ends its workers.
func endGroup(leader int, now bool) {
	if p, err := os.FindProcess(leader); err == nil {
		if now {
			p.Kill()
			return
		}
		p.Signal(os.Interrupt)
	}
}
