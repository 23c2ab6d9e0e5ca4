//go:build !linux

package gateways

import (
	"os"
	"syscall"
)

// ownGroup has no effect here: servers end with Stop alone.
func ownGroup() *syscall.SysProcAttr { return nil }

// A family is a server, which ends its workers.
type family struct{ *os.Process }

func familyOf(server *os.Process) (family, error) { return family{server}, nil }

// end ends the server; that it has ended is no error.
func (f family) end(now bool) {
	if now {
		_ = f.Kill()
		return
	}
	_ = f.Signal(os.Interrupt)
}

// Close has nothing to close.
func (family) Close() error { return nil }
