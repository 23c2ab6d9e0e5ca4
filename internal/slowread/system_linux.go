package slowread

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unsent returns the bytes that the system holds because the client has not taken
// them: SIOCOUTQ of tcp(7) and unix(7). Without it, a client that reads steadily
// seems to pause: the system takes more only when a third of its buffer, which may
// have megabytes, is free.
func unsent(c net.Conn) (n int64, known bool) {
	var queued int
	err := control(c, func(fd int) (err error) {
		queued, err = unix.IoctlGetInt(fd, unix.SIOCOUTQ)
		return err
	})
	return int64(queued), err == nil
}

// acknowledged returns the bytes of a TCP connection that the client has acknowledged: TCP_INFO
// of tcp(7), with a field that Linux has since 4.1; otherwise 0. Unlike unsent, it needs no
// count of what was written, which is not known during a Write.
func acknowledged(c net.Conn) int64 {
	info, err := tcpInfo(c)
	if err != nil {
		return 0
	}
	return int64(info.Bytes_acked)
}

// roundTrip returns the smoothed round-trip time of a TCP connection.
func roundTrip(c net.Conn) time.Duration {
	info, err := tcpInfo(c)
	if err != nil {
		return 0
	}
	return time.Duration(info.Rtt) * time.Microsecond
}

func tcpInfo(c net.Conn) (info *unix.TCPInfo, err error) {
	err = control(c, func(fd int) (err error) {
		info, err = unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		return err
	})
	return info, err
}

// control calls f with the descriptor of a connection.
func control(c net.Conn, f func(fd int) error) error {
	conn, ok := c.(syscall.Conn)
	if !ok {
		return syscall.ENOTSUP
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = f(int(fd)) }); err != nil {
		return err
	}
	return failed
}
