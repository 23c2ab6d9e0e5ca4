// Package slowread closes connections whose clients do not read their answers, or do not
// send the bodies of their requests.
//
// A client must take its answer at [Rate] on average, and may pause for a time. The
// rule is the one of Apache's mod_reqtimeout for requests (body=20,MinRate=500),
// also applied to answers: the time for which writes wait for the client is added up,
// each 500 bytes that it takes subtract one second, and at the limit it is too
// slow. Unlike there, a client cannot save up time by being fast at first. A [Body] has
// the same rule for what a client sends. Time in which the server has nothing to send does not count. A deadline
// for each answer, such as http.Server.WriteTimeout, would cut off honest clients
// with slow lines, and one for each write would pass those that take a byte a second.
package slowread

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/internal/layer"
)

// Rate is the least rate of a client, in bytes per second.
const Rate = 500

// DefaultPause is the limit of a client's pause, if none is set.
const DefaultPause = 10 * time.Second

// ErrSlow is the error of a Write to a client that takes too little.
var ErrSlow = errors.New("the client does not read its answer")

// A Listener accepts a Conn for each connection.
type Listener struct {
	net.Listener
	Pause time.Duration // of its connections; 0 means DefaultPause
}

// Accept returns a *Conn.
func (l Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return NewConn(c, l.Pause), nil
}

type connKey struct{}

// Context is a ConnContext of http.Server: it makes a connection known to From, also one
// within another that has a method NetConn.
func Context(ctx context.Context, c net.Conn) context.Context {
	if own, ok := layer.Find[*Conn](c); ok {
		return context.WithValue(ctx, connKey{}, own)
	}
	return ctx
}

// From returns the connection of a request, or nil if Context has not set one.
func From(ctx context.Context) *Conn {
	c, _ := ctx.Value(connKey{}).(*Conn)
	return c
}

// A Conn is a connection whose Write fails with ErrSlow for a slow client. The
// connection is then reset when it is closed: what the client did not take would
// occupy the system.
type Conn struct {
	layer.Conn
	pause atomic.Int64 // time.Duration

	mu    sync.Mutex
	limit time.Time // of writing, as set by SetWriteDeadline; zero means none
	armed time.Time // the deadline of Conn

	// These belong to the goroutine that writes.
	debt   // of writing
	judged time.Time
	known  int64 // bytes that the client had taken when it was judged

	queued atomic.Int64 // bytes that the system took
}

// NewConn returns a Conn for c. A pause of 0 means DefaultPause.
func NewConn(c net.Conn, pause time.Duration) *Conn {
	conn := &Conn{Conn: layer.Conn{Conn: c}}
	conn.SetPause(pause)
	return conn
}

// SetPause sets how long the client may take nothing. 0 means DefaultPause.
func (c *Conn) SetPause(d time.Duration) {
	if d <= 0 {
		d = DefaultPause
	}
	c.pause.Store(int64(d))
}

// Begin lifts the deadline that a handler has set for the answer before, which
// net/http does only if its server has a WriteTimeout.
func (c *Conn) Begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limit.IsZero() {
		c.limit = time.Time{}
		c.set(time.Now())
	}
}

// Write writes b. The client is judged from time to time while Write waits.
func (c *Conn) Write(b []byte) (n int, err error) {
	began := time.Now()
	for now := began; ; now = time.Now() {
		c.arm(now)
		k, err := c.Conn.Write(b[n:])
		n += k
		c.queued.Add(int64(k))
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) || c.late() {
			return n, err
		}
		if err := c.judge(began); err != nil {
			return n, err
		}
	}
}

// arm sets the deadline at which Write judges the client. It leaves one that is
// still far, because setting it takes time.
func (c *Conn) arm(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left := c.armed.Sub(now); left < c.period()/2 || left > c.period() {
		c.set(now)
	}
}

// period is the time between two judgements.
func (c *Conn) period() time.Duration { return min(time.Duration(c.pause.Load())/4, time.Second) }

func (c *Conn) set(now time.Time) error {
	next := now.Add(c.period())
	if !c.limit.IsZero() && c.limit.Before(next) {
		next = c.limit
	}
	c.armed = next
	return c.Conn.SetWriteDeadline(next)
}

// late reports whether the deadline of SetWriteDeadline has passed.
func (c *Conn) late() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.limit.IsZero() && !time.Now().Before(c.limit)
}

// judge fails if the client has waited for too long. Write began to wait at began.
func (c *Conn) judge(began time.Time) error {
	now, took := time.Now(), c.taken()
	since := c.judged
	if began.After(since) {
		since = began
	}
	c.count(now.Sub(since), took-c.known)
	c.judged, c.known = now, took
	if c.waited < time.Duration(c.pause.Load()) {
		return nil
	}
	c.forget()
	return ErrSlow
}

// SetWriteDeadline sets a deadline for writing, beside the judgement of the client.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = t
	return c.set(time.Now())
}

// SetDeadline sets the deadlines of reading and writing.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.Conn.SetReadDeadline(t), c.SetWriteDeadline(t))
}
