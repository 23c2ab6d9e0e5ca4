//go:build unix

package handover

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"syscall"
)

// restartSignals are the signals that start a successor.
var restartSignals = []os.Signal{syscall.SIGUSR2}

// duplicate returns a descriptor of a listening socket that can be passed on. The
// File method of a listener would not do: what starts a process would set the socket,
// which both processes share, to blocking mode, and Accept would never return.
func duplicate(l net.Listener) (*os.File, error) {
	conn, ok := l.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("a %T has no descriptor", l)
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	var failed error
	err = raw.Control(func(socket uintptr) {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if fd, failed = syscall.Dup(int(socket)); failed == nil {
			syscall.CloseOnExec(fd)
		}
	})
	if err != nil || failed != nil {
		return nil, fmt.Errorf("duplicate its descriptor: %w", cmp.Or(err, failed))
	}
	return os.NewFile(uintptr(fd), l.Addr().String()), nil
}

func closeOnExec(fd int) { syscall.CloseOnExec(fd) }
