package host

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A poller waits for the first of several descriptors to be readable. It is an
// epoll set that is itself watched by the Go runtime: waiting parks a goroutine,
// not a thread.
type poller struct {
	fd   int
	file *os.File // owns fd
	raw  syscall.RawConn
	cut  atomic.Bool // interrupt was called
}

// pollers are reused; one that is dropped from here is closed with its file.
var pollers sync.Pool

func takePoller() (*poller, error) {
	if p, ok := pollers.Get().(*poller); ok {
		return p, nil
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil { // else NewFile would not have it watched
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	file := os.NewFile(uintptr(fd), "epoll")
	raw, err := file.SyscallConn()
	return &poller{fd: fd, file: file, raw: raw}, err
}

// putPoller keeps a poller for another; not one that was interrupted.
func putPoller(p *poller) {
	if p.cut.Load() {
		p.file.Close()
		return
	}
	pollers.Put(p)
}

// interrupt has wait fail, now or when it is called.
func (p *poller) interrupt() {
	p.cut.Store(true)
	p.file.SetReadDeadline(time.Unix(1, 0))
}

func (p *poller) add(fd int) error {
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}))
}

// remove must come before fd is closed: a process that is just being started may
// still have a copy, and what is left in the set would speak of the next fd of
// that number.
func (p *poller) remove(fd int) { unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil) }

// wait returns those that are readable: one at least.
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
