//go:build unix

package drain

import (
	"net"
	"syscall"

	"github.com/classibench/classibench/internal/layer"
)

// arrived reports whether the system has bytes of a connection that were not read yet.
func arrived(c net.Conn) bool {
	socket, ok := layer.Find[interface {
		net.Conn
		syscall.Conn
	}](c)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	// A deadline in the past does not concern Control. Package net's sockets do not block.
	err = raw.Control(func(fd uintptr) { n, _, _ = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK) })
	return err == nil && n > 0
}
