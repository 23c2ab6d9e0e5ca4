package drain

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/layer"
)

// A listener accepts connections of type *conn.
type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	wrapped := &conn{Conn: layer.Conn{Conn: c}}
	wrapped.changed.L = &wrapped.mu
	return wrapped, nil
}

// A conn is a connection whose reading side can be ended while it is idle.
type conn struct {
	layer.Conn

	mu      sync.Mutex
	changed sync.Cond
	state   http.ConnState
	retired bool // the reading side was ended here
	late    bool // the deadline for reading has passed
	closed  bool
}

// Read hides the end of the reading side from net/http's watch for clients that leave.
// While a handler runs, it reads a single byte, and at the end it would cancel the
// context of the request: one that arrived before the end would fail. net/http stops
// the watch by a deadline in the past.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 || len(b) != 1 || !errors.Is(err, io.EOF) {
		return n, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.retired {
		return n, err
	}
	for !c.late && !c.closed {
		c.changed.Wait()
	}
	return 0, os.ErrDeadlineExceeded
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.setLate(t)
	return c.Conn.SetReadDeadline(t)
}

func (c *conn) SetDeadline(t time.Time) error {
	c.setLate(t)
	return c.Conn.SetDeadline(t)
}

func (c *conn) setLate(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = !deadline.IsZero() && deadline.Before(time.Now())
	c.changed.Broadcast()
}

func (c *conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.changed.Broadcast()
	c.mu.Unlock()
	return c.Conn.Close()
}

// become sets the state.
func (c *conn) become(state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// retire ends the reading side unless a request is in flight. The goroutine of the
// connection reads what has arrived, and then the end. On Linux the two are one step: a
// request that has arrived is never dropped. A connection that cannot do this is closed,
// as Shutdown would.
func (c *conn) retire() {
	if errors.Is(c.endReading(), errors.ErrUnsupported) {
		c.Close()
	} // another error means that it is closed
}

// endReading is one step for those who change the state: otherwise the body of a request
// that begins meanwhile would be cut off.
func (c *conn) endReading() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == http.StateActive {
		return nil
	}
	c.retired = true
	return c.CloseRead()
}
