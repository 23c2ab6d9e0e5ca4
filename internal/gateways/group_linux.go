package gateways

import (
	"os"
	"syscall"

	"github.com/classibench/classibench/internal/group"
)

// ownGroup also has the kernel end the server when its starter is killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// A family is a server and its workers, also after the end of the server.
type family struct{ *group.Group }

func familyOf(server *os.Process) (family, error) {
	g, err := group.Open(server.Pid)
	return family{g}, err
}

// end signals all members; none is no error.
func (f family) end(now bool) {
	if now {
		_ = f.Signal(syscall.SIGKILL)
		return
	}
	_ = f.Signal(syscall.SIGTERM)
}
