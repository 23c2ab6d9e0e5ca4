package drain

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
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
	state atomic.Int32 // http.ConnState

	mu      sync.Mutex
	changed sync.Cond
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

// retire ends the reading side unless a request is in flight. The goroutine of the
// connection reads what has arrived, and then the end. On Linux the two are one step: a
// request that has arrived is never dropped. A connection that cannot do this is closed,
// as Shutdown would.
func (c *conn) retire() {
	if c.state.Load() == int32(http.StateActive) {
		return
	}
	c.mu.Lock()
	c.retired = true
	c.mu.Unlock()
	if errors.Is(c.CloseRead(), errors.ErrUnsupported) {
		c.Close()
	} // another error means that it is closed
}
