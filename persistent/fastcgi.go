package persistent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/fcgi"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/drain"
	"github.com/classibench/classibench/internal/layer"
	"github.com/classibench/classibench/internal/responder"
)

// serveFastCGI serves until ctx ends. Package net/http/fcgi has no shutdown, so
// serveFastCGI closes the listener, waits for the requests in flight and closes the
// connections.
func (s *Server) serveFastCGI(ctx context.Context, l net.Listener, h http.Handler, watch *watch) error {
	listener := &fastListener{Listener: l, answers: drain.NewFlight(), conns: drain.NewFlight(), open: map[*fastConn]bool{}}
	served := make(chan error, 1)
	go func() { served <- fcgi.Serve(listener, responder.Wrap(h)) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve FastCGI on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	err := l.Close()
	<-served
	s.logger().Info("stopping: finishing requests in flight")
	grace, cancel := s.grace(ctx)
	defer cancel()
	listener.drain(grace, drain.Linger(ctx, s.shutdownTimeout()))
	if !watch.handlers.Idle(grace) || !listener.answers.Idle(grace) {
		err = errors.Join(fmt.Errorf("stop: requests were still in flight after %v and were cut off", s.shutdownTimeout()), err)
	}
	listener.closeConns()
	s.logger().Info("stopped")
	return err
}

// A fastListener keeps a list of its open connections, and counts the answers that
// are still due on them.
type fastListener struct {
	net.Listener
	answers *drain.Flight
	conns   *drain.Flight
	closing atomic.Bool // a connection is closed after its next answer
	mu      sync.Mutex
	open    map[*fastConn]bool
}

func (l *fastListener) Accept() (net.Conn, error) {
	c, err := l.acceptPatiently()
	if err != nil {
		return nil, err
	}
	fast := &fastConn{Conn: layer.Conn{Conn: c}, listener: l, requests: map[uint16]int{}}
	fast.changed.L = &fast.mu
	l.conns.Begin()
	l.mu.Lock()
	l.open[fast] = true
	l.mu.Unlock()
	return fast, nil
}

// transient are errors of an Accept after which another may succeed.
var transient = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED}

// acceptPatiently waits while the system lacks descriptors or memory, as net/http
// does. Package fcgi stops at any error.
func (l *fastListener) acceptPatiently() (net.Conn, error) {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		c, err := l.Listener.Accept()
		if !slices.ContainsFunc(transient, func(e error) bool { return errors.Is(err, e) }) {
			return c, err
		}
		time.Sleep(pause)
	}
}

// drain closes each connection after its next answer, and those that are idle after
// linger, and waits until none is open.
func (l *fastListener) drain(ctx context.Context, linger time.Duration) {
	l.closing.Store(true)
	lingering, cancel := drain.Lingering(ctx, linger)
	defer cancel()
	if l.conns.Idle(lingering) {
		return
	}
	for _, c := range l.list() {
		c.retireIdle()
	}
	l.conns.Idle(ctx)
}

func (l *fastListener) closeConns() {
	for _, c := range l.list() {
		c.Close() // fails if the client has closed it already
	}
}

// list returns the open connections.
func (l *fastListener) list() []*fastConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.open))
}

// A fastConn parses the records on a connection (FastCGI 1.0 §3.3): an answer is
// due from FCGI_BEGIN_REQUEST until its FCGI_END_REQUEST is written. The handler's
// return is too early, because package fcgi writes the end of the answer after it.
type fastConn struct {
	layer.Conn
	listener *fastListener

	// One goroutine calls Read.
	head [recordHead]byte
	have int // bytes of head
	skip int // remaining bytes of the record's content and padding

	mu       sync.Mutex
	changed  sync.Cond      // the number of requests has changed
	requests map[uint16]int // number of answers that are due, by the id of their requests
	retired  bool           // its reading side was ended
}

const (
	recordHead   = 8
	beginRequest = 1
	endRequest   = 3
)

func (c *fastConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.follow(b[:n])
	if errors.Is(err, io.EOF) {
		c.awaitAnswers()
	}
	return n, err
}

// follow parses the bytes that were read. A record may be split in any way.
func (c *fastConn) follow(b []byte) {
	for len(b) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(b))
			c.skip -= n
			b = b[n:]
			continue
		}
		n := copy(c.head[c.have:], b)
		c.have += n
		b = b[n:]
		if c.have == recordHead {
			c.record()
		}
	}
}

func (c *fastConn) record() {
	if c.head[1] == beginRequest {
		c.begin(binary.BigEndian.Uint16(c.head[2:]))
	}
	c.skip = int(binary.BigEndian.Uint16(c.head[4:])) + int(c.head[6])
	c.have = 0
}

// Write gets one whole record from package fcgi.
func (c *fastConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if len(b) >= recordHead && b[1] == endRequest {
		c.end(binary.BigEndian.Uint16(b[2:]))
	}
	return n, err
}

// Close also ends the requests that are in flight.
func (c *fastConn) Close() error {
	c.listener.mu.Lock()
	known := c.listener.open[c]
	delete(c.listener.open, c)
	c.listener.mu.Unlock()
	c.mu.Lock()
	ended := 0
	for _, n := range c.requests {
		ended += n
	}
	clear(c.requests)
	c.changed.Broadcast()
	c.mu.Unlock()
	for range ended {
		c.listener.answers.End()
	}
	err := c.Conn.Close()
	if known {
		c.listener.conns.End()
	}
	return err
}

// begin counts a request. The client may have the end of an answer, and use its id again,
// before end has counted it.
func (c *fastConn) begin(id uint16) {
	c.mu.Lock()
	c.requests[id]++
	c.mu.Unlock()
	c.listener.answers.Begin()
}

func (c *fastConn) end(id uint16) {
	c.mu.Lock()
	known := c.requests[id] > 0
	if c.requests[id]--; c.requests[id] <= 0 {
		delete(c.requests, id)
	}
	c.changed.Broadcast()
	c.mu.Unlock()
	if known {
		c.listener.answers.End()
	}
	if c.listener.closing.Load() {
		c.retireIdle()
	}
}

// retireIdle ends the reading side of a connection on which no answer is due. A
// request that has arrived is answered; then the connection is closed.
func (c *fastConn) retireIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.requests) > 0 {
		return
	}
	c.retired = true
	if errors.Is(c.CloseRead(), errors.ErrUnsupported) {
		c.Conn.Close()
	} // another error means that it is closed
}

// awaitAnswers waits for the answers that are due on a connection whose reading side
// this process has ended. At the end of the requests, package fcgi would close it.
func (c *fastConn) awaitAnswers() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.retired && len(c.requests) > 0 {
		c.changed.Wait()
	}
}
