package slowread

import (
	"net"
	"syscall"
	"unsafe"
)

// unsent returns the bytes that the system holds because the client has not taken
// them: SIOCOUTQ of tcp(7) and unix(7). Without it, a client that reads steadily
// seems to pause: the system takes more only when a third of its buffer, which may
// have megabytes, is free.
func unsent(c net.Conn) (n int64, known bool) {
	conn, ok := c.(syscall.Conn)
	if !ok {
		return 0, false
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, false
	}
	var queued int32
	var failed syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, failed = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&queued)))
	})
	if err != nil || failed != 0 {
		return 0, false
	}
	return int64(queued), true
}
