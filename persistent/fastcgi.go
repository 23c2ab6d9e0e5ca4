package persistent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	"github.com/classibench/classibench/internal/responder"
	"github.com/classibench/classibench/internal/slowread"
	"github.com/classibench/classibench/internal/spool"
)

// serveFastCGI serves until ctx ends. Package net/http/fcgi has no shutdown, so
// serveFastCGI closes the listener, waits for the requests in flight and closes the
// connections.
func (s *Server) serveFastCGI(ctx context.Context, l net.Listener, h http.Handler, watch *watch) error {
	listener := s.fastListener(l)
	served := make(chan error, 1)
	go func() {
		served <- fcgi.Serve(listener, responder.Wrap(s.spooled(h, &spool.Pool{Moment: frontEndMoment})))
	}()
	select {
	case err := <-served:
		return fmt.Errorf("serve FastCGI on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	err := listener.Close()
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
	pressed atomic.Bool // the same, while all connections are in use
	mu      sync.Mutex
	open    map[*fastConn]bool
}

// frontEnd is the default of WriteTimeout: a front end waits for its own clients for as long
// (send_timeout of nginx, Timeout of Apache), and then disconnects them itself.
const frontEnd = time.Minute

// frontEndMoment is how long a handler waits for the front end before its answer goes to a
// file. Most front ends have a spool of their own, and to write answers twice would help no one.
const frontEndMoment = 500 * time.Millisecond

// fastListener returns a listener with the rules of s for connections.
func (s *Server) fastListener(l net.Listener) *fastListener {
	fast := &fastListener{answers: drain.NewFlight(), conns: drain.NewFlight(), open: map[*fastConn]bool{}}
	impatient := slowread.Listener{Listener: l, Pause: cmp.Or(s.WriteTimeout, frontEnd)}
	fast.Listener = s.limitConns(impatient, fast.keepAlive)
	return fast
}

func (l *fastListener) Accept() (net.Conn, error) {
	c, err := l.acceptPatiently()
	if err != nil {
		return nil, err
	}
	fast := newFastConn(c, l)
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

// keepAlive sets whether connections stay open between requests. If not, idle ones are closed.
func (l *fastListener) keepAlive(on bool) {
	l.pressed.Store(!on)
	if on {
		return
	}
	for _, c := range l.list() {
		if !c.fresh() {
			c.retireIdle()
		}
	}
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
