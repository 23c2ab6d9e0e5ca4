package host

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A poller waits until one of several descriptors is readable. It is an epoll set
// that the Go runtime watches in turn: waiting parks a goroutine, not a thread.
type poller struct {
	fd   int
	file *os.File // owns fd
	raw  syscall.RawConn
	cut  atomic.Bool // interrupt was called
}

// pollers are reused. The finalizer of file closes one that the pool drops.
var pollers sync.Pool

func takePoller() (*poller, error) {
	if p, ok := pollers.Get().(*poller); ok {
		return p, nil
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil { // otherwise the runtime would not watch it
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	file := os.NewFile(uintptr(fd), "epoll")
	raw, err := file.SyscallConn()
	return &poller{fd: fd, file: file, raw: raw}, err
}

// putPoller returns a poller to the pool, unless it was interrupted.
func putPoller(p *poller) {
	if p.cut.Load() {
		p.file.Close()
		return
	}
	pollers.Put(p)
}

// interrupt makes wait fail, now or at its next call.
func (p *poller) interrupt() {
	p.cut.Store(true)
	p.file.SetReadDeadline(time.Unix(1, 0))
}

func (p *poller) add(fd int) error {
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}))
}

// remove must be called before fd is closed: a process that is being started may
// still have a copy, and the set would then report events of the next descriptor
// with that number.
func (p *poller) remove(fd int) { unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil) }

// wait returns the events of readable descriptors: at least one.
func (p *poller) wait(events []unix.EpollEvent) (readable []unix.EpollEvent, err error) {
	n := 0
	parked := p.raw.Read(func(uintptr) bool {
		n, err = unix.EpollWait(p.fd, events, 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
	if parked != nil {
		return nil, parked
	}
	if err != nil {
		return nil, os.NewSyscallError("epoll_wait", err)
	}
	return events[:n], nil
}
