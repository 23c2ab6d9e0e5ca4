//go:build unix

package load

import (
	"net"
	"syscall"
)

// prober returns a function that reports whether an idle connection can be used:
// the other side has neither closed it nor sent anything. An unexpected message
// also announces the end: "408 Request Timeout", or a TLS alert.
//
// The function reads nothing from the connection and does not wait. The read
// deadline must be in the future.
func prober(c net.Conn) func() bool {
	never := func() bool { return true }
	s, ok := c.(syscall.Conn)
	if !ok {
		return never
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return never
	}
	p := &probe{}
	peek := p.peek // one closure for all calls
	return func() bool { return raw.Read(peek) == nil && p.quiet }
}

// A probe peeks into the receive queue of a socket.
type probe struct {
	quiet bool
	b     [1]byte
}

func (p *probe) peek(fd uintptr) (done bool) {
	_, _, err := syscall.Recvfrom(int(fd), p.b[:], syscall.MSG_PEEK) // the descriptor does not block
	p.quiet = err == syscall.EAGAIN || err == syscall.EINTR
	return true
}
