package host

import (
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A pipe is the reading end of a pipe. The Go runtime watches it: waiting parks a
// goroutine, not a thread.
type pipe struct {
	file  *os.File // nil if there is none
	fd    int      // of file
	ended bool     // all that was written has been read, and no process holds the other end
}

// watch makes a pipe of a descriptor.
func watch(fd int) (pipe, error) {
	// O_NONBLOCK belongs to this end only: the script's end blocks.
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_NONBLOCK); err != nil {
		unix.Close(fd)
		return pipe{}, os.NewSyscallError("fcntl", err)
	}
	return pipe{file: os.NewFile(uintptr(fd), "pipe"), fd: fd}, nil
}

// Read waits for output, until the deadline that was set.
func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.ended = p.ended || err == io.EOF
	return n, err
}

// poll reads what the pipe holds now. It returns 0 if there is nothing, and at the end.
func (p *pipe) poll(b []byte) int {
	for {
		switch n, err := unix.Read(p.fd, b); {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return 0
		case n <= 0:
			p.ended = true
			return 0
		default:
			return n
		}
	}
}

// interrupt makes Read fail, now and from now on.
func (p *pipe) interrupt() { p.file.SetReadDeadline(time.Unix(1, 0)) }

// limit makes Read fail after a time; 0 means never.
func (p *pipe) limit(d time.Duration) {
	if d > 0 {
		p.file.SetReadDeadline(time.Now().Add(d))
		return
	}
	p.file.SetReadDeadline(time.Time{})
}

func (p *pipe) close() {
	if p.file != nil {
		p.file.Close()
	}
}

// copy reads p to its end, or until Read or to fails.
func (p *pipe) copy(b []byte, to func([]byte) error) {
	for !p.ended {
		n, err := p.Read(b)
		if err != nil || to(b[:n]) != nil {
			return
		}
	}
}
