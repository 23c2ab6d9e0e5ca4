package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pause is how long Apache with mod_cgi waits at least for a script that has closed its
// output and has not ended: the next answer on that connection takes as long. It is
// TIMEOUT_INTERVAL in memory/unix/apr_pools.c, 3 s / 64.
const pause = 3 * time.Second / 64

// patience is how long an answer may take.
const patience = 30 * time.Second

// A crowd is the clients of one host: connections that are kept, each with one request at a
// time. It shares the cores with the hosts, so it does as little as it can, as wrk does: one
// thread asks the kernel for all of them, and the Go runtime does not know of them. The
// runtime would wake up a thread of its own for each answer, and its monitor every 20 µs.
// Then the ratios would be those of hosts and client.
type crowd struct {
	clients []client
	poll    int // an epoll(7) set
	request []byte
}

// A client is one connection.
type client struct {
	fd    int
	asked time.Time
	answer
}

// connect connects n clients to a host.
func connect(address string, n int) (c *crowd, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	to, err := netip.ParseAddrPort(u.Host)
	if err != nil {
		return nil, err
	}
	c = &crowd{request: fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hosts\r\nAccept: */*\r\n\r\n", u.RequestURI(), u.Host)}
	if c.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	for range n {
		if err := c.add(to); err != nil {
			c.close()
			return nil, fmt.Errorf("connect to %s: %w", to, err)
		}
	}
	return c, nil
}

// add adds a client. The event of a connection has the index of its client.
func (c *crowd) add(to netip.AddrPort) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(len(c.clients))}
	c.clients = append(c.clients, client{fd: fd})
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}); err != nil {
		return err
	}
	return unix.EpollCtl(c.poll, unix.EPOLL_CTL_ADD, fd, &event)
}

func (c *crowd) close() {
	for _, one := range c.clients {
		unix.Close(one.fd)
	}
	unix.Close(c.poll)
}

// A tally is what a crowd got in a turn.
type tally struct{ hits, late float64 }

// loop asks in a closed loop until a turn is over, and then waits for the last answers.
func (c *crowd) loop(ctx context.Context, turn time.Duration) (got tally, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	end := time.Now().Add(turn)
	for i := range c.clients {
		err = errors.Join(err, c.ask(&c.clients[i], time.Now()))
	}
	for pending := len(c.clients); pending > 0 && err == nil; {
		var ended int
		ended, err = c.step(ctx, end, &got)
		pending -= ended
	}
	return got, err
}

// step takes what has come, and asks again. It returns the number of clients that have their
// last answer.
func (c *crowd) step(ctx context.Context, end time.Time, got *tally) (ended int, err error) {
	var events [64]unix.EpollEvent
	n, err := wait(c.poll, events[:])
	switch {
	case err == unix.EINTR:
		return 0, ctx.Err()
	case err != nil || n == 0 || ctx.Err() != nil:
		return 0, fmt.Errorf("wait for an answer for %v at most: %w", patience, errors.Join(err, ctx.Err()))
	}
	now := time.Now()
	for _, event := range events[:n] {
		one := &c.clients[event.Fd]
		whole, err := one.read(one.fd)
		switch {
		case err != nil:
			return ended, err
		case !whole:
			continue
		}
		if got.hits++; now.Sub(one.asked) >= pause {
			got.late++
		}
		if !now.Before(end) {
			ended++
		} else if err := c.ask(one, now); err != nil {
			return ended, err
		}
	}
	return ended, nil
}

// wait waits for events. The Go runtime does not know that the thread waits.
func wait(poll int, events []unix.EpollEvent) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(poll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(patience.Milliseconds()), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func (c *crowd) ask(one *client, now time.Time) error {
	one.asked = now
	n, err := unix.Write(one.fd, c.request)
	if err != nil || n != len(c.request) {
		return fmt.Errorf("send a request: %d bytes of %d: %w", n, len(c.request), err)
	}
	return nil
}
