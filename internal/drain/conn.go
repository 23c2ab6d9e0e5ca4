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
	return newConn(c), nil
}

// A conn is a connection of an http.Server.
type conn struct {
	*Retirable
	requests follower // the layer below that knows where a request ends; may be nil

	mu      sync.Mutex
	changed sync.Cond
	state   http.ConnState
	read    bool      // a byte was read in this state
	awaited time.Time // since when a head is awaited: from the start, or from its first byte
	late    bool      // the deadline for reading has passed
	closed  bool
}

// A follower is a layer that knows whether a part of a request was read, and not its end
// (package wire).
type follower interface {
	net.Conn
	Begun() bool
}

func newConn(below net.Conn) *conn {
	c := &conn{awaited: time.Now()}
	c.Retirable = NewRetirable(below, c.begun)
	c.requests, _ = layer.Find[follower](below)
	c.changed.L = &c.mu
	return c
}

// begun reports whether a request is in flight, or the first byte of its head was read. Of
// requests that follow each other without a pause, net/http reads the beginning of the next
// with the one before, which only a follower sees.
func (c *conn) begun() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.waiting() {
		return true
	}
	if c.requests != nil {
		return c.requests.Begun()
	}
	return c.read
}

// waiting reports whether no request has been read.
func (c *conn) waiting() bool { return c.state == http.StateNew || c.state == http.StateIdle }

// Read hides the end of the reading side from net/http's watch for clients that leave.
// While a handler runs, it reads a single byte, and at the end it would cancel the
// context of the request: one that arrived before the end would fail. net/http stops
// the watch by a deadline in the past.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Retirable.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(n)
	if n > 0 || len(b) != 1 || !errors.Is(err, io.EOF) || !c.Ended() {
		return n, err
	}
	for !c.late && !c.closed {
		c.changed.Wait()
	}
	return 0, os.ErrDeadlineExceeded
}

// note takes the number of bytes that were read.
func (c *conn) note(n int) {
	c.read = c.read || n > 0
	if c.read && c.awaited.IsZero() {
		c.awaited = time.Now()
	}
}

// SetReadDeadline sets the deadline for reading.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.setLate(t)
	return c.Retirable.SetReadDeadline(t)
}

// SetDeadline sets the deadlines for reading and writing.
func (c *conn) SetDeadline(t time.Time) error {
	c.setLate(t)
	return c.Retirable.SetDeadline(t)
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
	return c.Retirable.Close()
}

// become sets the state. A request that has begun revokes retire; follow calls it again at
// the end of the request, if that is still wanted.
func (c *conn) become(state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
	switch state {
	case http.StateActive:
		c.Keep()
	case http.StateIdle:
		c.read, c.awaited = false, time.Time{}
		if c.requests != nil && c.requests.Begun() { // net/http reads no further meanwhile
			c.awaited = time.Now()
		}
	}
}

// retire closes the connection unless a request is in flight or has begun to arrive.
func (c *conn) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting() {
		c.Retire()
	}
}

// silence is how long a head may be awaited while there are too few connections for all. It is
// that of net/http for the first one.
const silence = 5 * time.Second

// makeRoom closes the connection if it is idle, or if its client does not send the head that it
// has begun. A first request may still be on its way.
func (c *conn) makeRoom() {
	c.mu.Lock()
	waiting, first, awaited := c.waiting(), c.state == http.StateNew, c.awaited
	c.mu.Unlock()
	switch {
	case waiting && !awaited.IsZero() && time.Since(awaited) >= silence:
		c.Close()
	case waiting && !first:
		c.retire()
	}
}
