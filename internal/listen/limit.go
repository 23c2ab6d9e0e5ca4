package listen

import (
	"net"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/layer"
)

// mostConns bounds MostConns where the system allows more descriptors.
const mostConns = 10_000

// mostDescriptors is more than a process may have on Linux, unless fs.nr_open is changed.
const mostDescriptors = 1 << 20

// Limit returns a listener that has no more than most connections open at the same time.
// Further clients wait in the system's queue. While all are in use, keepAlive(false) is called
// again and again: it closes connections that are idle.
func Limit(l net.Listener, most int, keepAlive func(bool)) net.Listener {
	most = min(most, mostDescriptors)
	limited := &limited{Listener: l, free: make(chan struct{}, most), closed: make(chan struct{}), keepAlive: keepAlive}
	for range most {
		limited.free <- struct{}{}
	}
	return limited
}

// A limited listener accepts a connection when one is free.
type limited struct {
	net.Listener
	free      chan struct{} // has a value for each connection that may be opened
	once      sync.Once
	closed    chan struct{}
	keepAlive func(bool)

	pressed bool // idle connections are not kept; only Accept uses it
}

// Accept waits until a connection is free, and for a client. After Close it does not wait:
// several sockets in one listener (Join) may have accepted a connection each, which
// would otherwise be lost.
func (l *limited) Accept() (net.Conn, error) {
	if !l.wait() {
		return l.Listener.Accept()
	}
	c, err := l.Listener.Accept()
	if err != nil {
		l.free <- struct{}{}
		return nil, err
	}
	return &limitedConn{Conn: layer.Conn{Conn: c}, end: sync.OnceFunc(func() { l.free <- struct{}{} })}, nil
}

// pressure is how often idle connections are closed while all are in use.
const pressure = 100 * time.Millisecond

// wait waits until a connection is free. Until a tenth of all are free again, it makes room:
// it closes connections that are idle, or have sent nothing for five seconds, and lets those
// in use end with their answers (KeepAlive of package drain's Server).
// It returns false if the listener was closed.
func (l *limited) wait() bool {
	for {
		select {
		case <-l.free:
			if l.pressed && len(l.free) >= cap(l.free)/10 {
				l.press(false)
			}
			return true
		default:
		}
		l.press(true)
		select {
		case v := <-l.free:
			l.free <- v // taken above
		case <-l.closed:
			return false
		case <-time.After(pressure):
		}
	}
}

func (l *limited) press(on bool) {
	l.pressed = on
	l.keepAlive(!on)
}

// Close also ends an Accept that waits.
func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// A limitedConn makes room for another when it is closed.
type limitedConn struct {
	layer.Conn
	end func()
}

func (c *limitedConn) Close() error {
	defer c.end()
	return c.Conn.Close()
}
