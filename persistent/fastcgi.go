package persistent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/fcgi"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/responder"
)

// serveFastCGI serves until ctx ends. Package net/http/fcgi has no shutdown, so
// serveFastCGI closes the listener, waits for the requests in flight and closes the
// connections.
func (s *Server) serveFastCGI(ctx context.Context, l net.Listener, h http.Handler, watch *watch) error {
	listener := &fastListener{Listener: l, answers: newFlight(), open: map[*fastConn]bool{}}
	served := make(chan error, 1)
	go func() { served <- fcgi.Serve(listener, responder.Wrap(h)) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve FastCGI on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	watch.stopping.Store(true)
	s.logger().Info("stopping: finishing requests in flight")
	err := l.Close()
	<-served
	grace, cancel := s.grace(ctx)
	defer cancel()
	if !watch.handlers.idle(grace) || !listener.answers.idle(grace) {
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
	answers flight
	mu      sync.Mutex
	open    map[*fastConn]bool
}

func (l *fastListener) Accept() (net.Conn, error) {
	c, err := l.acceptPatiently()
	if err != nil {
		return nil, err
	}
	fast := &fastConn{Conn: c, listener: l, requests: map[uint16]int{}}
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

func (l *fastListener) closeConns() {
	l.mu.Lock()
	conns := make([]*fastConn, 0, len(l.open))
	for c := range l.open {
		conns = append(conns, c)
	}
	l.mu.Unlock()
	for _, c := range conns {
		c.Close() // fails if the client has closed it already
	}
}

// A fastConn parses the records on a connection (FastCGI 1.0 §3.3): an answer is
// due from FCGI_BEGIN_REQUEST until its FCGI_END_REQUEST is written. The handler's
// return is too early, because package fcgi writes the end of the answer after it.
type fastConn struct {
	net.Conn
	listener *fastListener

	// One goroutine calls Read.
	head [recordHead]byte
	have int // bytes of head
	skip int // remaining bytes of the record's content and padding

	mu       sync.Mutex
	requests map[uint16]int // number of answers that are due, by the id of their requests
}

const (
	recordHead   = 8
	beginRequest = 1
	endRequest   = 3
)

func (c *fastConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.follow(b[:n])
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
	delete(c.listener.open, c)
	c.listener.mu.Unlock()
	c.mu.Lock()
	ended := 0
	for _, n := range c.requests {
		ended += n
	}
	clear(c.requests)
	c.mu.Unlock()
	for range ended {
		c.listener.answers.end()
	}
	return c.Conn.Close()
}

// begin counts a request. The client may have the end of an answer, and use its id again,
// before end has counted it.
func (c *fastConn) begin(id uint16) {
	c.mu.Lock()
	c.requests[id]++
	c.mu.Unlock()
	c.listener.answers.begin()
}

func (c *fastConn) end(id uint16) {
	c.mu.Lock()
	known := c.requests[id] > 0
	if c.requests[id]--; c.requests[id] <= 0 {
		delete(c.requests, id)
	}
	c.mu.Unlock()
	if known {
		c.listener.answers.end()
	}
}
