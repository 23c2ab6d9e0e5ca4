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
func unsent(c net.Conn) int64 {
	conn, ok := c.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0
	}
	var n int32
	err = raw.Control(func(fd uintptr) {
		if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&n))); e != 0 {
			n = 0
		}
	})
	if err != nil {
		return 0
	}
	return int64(n)
}
