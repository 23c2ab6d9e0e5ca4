package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A worker serves one request at a time, each for the same time. It is a queue
// with a clock: under load it is done with one request exactly one service time
// after the one before, whatever reading and writing take meanwhile, so that it
// carries 1 ÷ service.
type worker struct {
	service time.Duration
	mu      sync.Mutex
	free    time.Time // when it is done with all that came so far
}

// done is when a request is done that comes now.
func (w *worker) done(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.free.Before(now) {
		w.free = now
	}
	w.free = w.free.Add(w.service)
	return w.free
}

// await returns at the moment when a request is done: it sleeps until its turn comes, and
// looks at the clock from then on. A sleep may be 1 to 4 ms too long, by Go's and the kernel's
// ticks.
func (w *worker) await(at time.Time) {
	time.Sleep(time.Until(at) - w.service)
	for time.Now().Before(at) {
	}
}

const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nserved\n"

// talk answers the requests of a connection. It reads and writes without Go's poller and
// net/http, which take a third of a millisecond here: a service time is known as exactly
// as the server's own part is small.
func (w *worker) talk(fd int) {
	runtime.LockOSThread()
	defer syscall.Close(fd)
	b := make([]byte, 64<<10)
	for n := 0; ; {
		m, err := syscall.Read(fd, b[n:])
		if m <= 0 || err != nil {
			return
		}
		if n += m; !bytes.HasSuffix(b[:n], []byte("\r\n\r\n")) {
			continue
		}
		n = 0
		w.await(w.done(time.Now()))
		if _, err := syscall.Write(fd, []byte(answer)); err != nil {
			return
		}
	}
}

func serve(addr, service string) error {
	d, err := time.ParseDuration(service)
	if err != nil {
		return err
	}
	fd, err := listen(addr)
	if err != nil {
		return fmt.Errorf("listen at %s: %w", addr, err)
	}
	runtime.GOMAXPROCS(4) // who looks at the clock keeps nobody from reading
	w := &worker{service: d}
	for {
		c, _, err := syscall.Accept(fd)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("accept: %w", err)
		}
		if err == nil {
			go w.talk(c)
		}
	}
}

func listen(addr string) (fd int, err error) {
	a, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return 0, err
	}
	if fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0); err != nil {
		return 0, err
	}
	to := &syscall.SockaddrInet4{Port: a.Port, Addr: [4]byte(a.IP.To4())}
	return fd, errors.Join(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(fd, to), syscall.Listen(fd, 128))
}
