//go:build unix

package listen

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// check reports why a descriptor is not a listening stream socket.
func check(f *os.File) error {
	fd := int(f.Fd())
	kind, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE)
	switch {
	case errors.Is(err, syscall.EBADF):
		return errors.New("it is not open")
	case errors.Is(err, syscall.ENOTSOCK):
		return errors.New("it is not a socket")
	case err != nil:
		return os.NewSyscallError("getsockopt", err)
	case kind == syscall.SOCK_DGRAM:
		return errors.New("it is a datagram socket: pass a stream socket, as ListenStream= of systemd does")
	case kind != syscall.SOCK_STREAM:
		return fmt.Errorf("it is a socket of type %d: pass a stream socket, as ListenStream= of systemd does", kind)
	}
	listening, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	if err == nil && listening == 0 {
		return errors.New("it is not listening: pass the listening socket, not a connection (Accept=no of systemd)")
	}
	return nil
}
