// Package drain stops an http.Server so that its clients do not notice.
//
// Shutdown of net/http closes idle connections at once. A client that sends a request
// at that moment gets a reset, and it cannot know whether the request was served. A
// [Server] of this package first stops to accept, and answers further requests with
// "Connection: close" for a while (RFC 9112 §9.6), so that clients which are active
// close their connections themselves. HAProxy does the same with the option
// idle-close-on-response. Then it closes the connections that are still idle: a request
// of which a byte has arrived is read to its end and answered.
package drain

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// ErrReplaced is the cause of a context that ends because another process serves on the
// same socket now.
var ErrReplaced = errors.New("a successor serves now")

// Replaced reports whether ctx has ended with the cause ErrReplaced.
func Replaced(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrReplaced) }

type stopKey struct{}

// WithStop returns a context for what Context of a process returns: it knows the signal to
// stop, which is the end of ctx and may come when the process was replaced already.
func WithStop(ctx context.Context) context.Context { return context.WithValue(ctx, stopKey{}, ctx) }

// afterStop calls f when some time has passed since the process was asked to stop.
func afterStop(ctx context.Context, d time.Duration, f func()) (forget func() bool) {
	asked, ok := ctx.Value(stopKey{}).(context.Context)
	if !ok {
		return func() bool { return true }
	}
	return context.AfterFunc(asked, func() { time.AfterFunc(d, f) })
}

// Grace returns the context of requests in flight after ctx has ended. It ends after some
// time, and in a process that was replaced, when some time has passed since it was asked to
// stop. Its error is context.DeadlineExceeded either way: no one has called the requests off.
func Grace(ctx context.Context, after, asked time.Duration) (context.Context, context.CancelFunc) {
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), after)
	if !Replaced(ctx) {
		return patience, cancel
	}
	forget := afterStop(ctx, asked, cancel)
	return period{patience}, func() { forget(); cancel() }
}

// A period is a context that can only run out.
type period struct{ context.Context }

func (p period) Err() error {
	if p.Context.Err() == nil {
		return nil
	}
	return context.DeadlineExceeded
}

// shortLinger is the time in which idle connections may send another request when someone
// waits for the end of the process.
const shortLinger = 100 * time.Millisecond

// Lingering returns a context that ends after linger, or soon after the process was asked to
// stop.
func Lingering(ctx context.Context, linger time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithTimeout(ctx, linger)
	forget := afterStop(ctx, shortLinger, cancel)
	return lingering, func() { forget(); cancel() }
}

// Linger returns the time in which idle connections may send another request after ctx
// has ended, given the time for requests in flight. A process that was replaced has
// more of it: no one waits for its end.
func Linger(ctx context.Context, grace time.Duration) time.Duration {
	if Replaced(ctx) {
		return min(5*time.Second, grace/2)
	}
	return min(shortLinger, grace/2)
}

// A Server is an http.Server that can be stopped without a reset.
type Server struct {
	http     *http.Server
	draining atomic.Bool // answers announce that the connection will be closed
	retiring atomic.Bool // idle connections are closed
	pressed  atomic.Bool // connections do not stay open between requests
	open     *Flight     // connections
	conns    sync.Map    // the open connections: *conn to true
}

// New returns a server with the settings of srv. It wraps the handler and the
// ConnState hook of srv, which must not be used directly afterwards.
func New(srv *http.Server) *Server {
	s := &Server{http: srv, open: NewFlight()}
	handler, hook := srv.Handler, srv.ConnState
	srv.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() || s.pressed.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
	srv.ConnState = func(c net.Conn, state http.ConnState) {
		s.follow(c.(*conn), state)
		if hook != nil {
			hook(c, state)
		}
	}
	return s
}

// Serve serves on l until ctx ends, and closes l. The connections stay open: Drain or
// Close has to follow. It returns an error only if it had to stop before ctx ended.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(listener{l}) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	err := l.Close()
	<-served // all accepted connections are known now
	return err
}

// Drain waits until no connection is open. Idle ones are closed after linger. If ctx
// ends first, Drain returns its error, and requests are still in flight.
func (s *Server) Drain(ctx context.Context, linger time.Duration) error {
	lingering, cancel := Lingering(ctx, linger)
	defer cancel()
	if !s.open.Idle(lingering) {
		s.retire()
		if !s.open.Idle(ctx) {
			return ctx.Err()
		}
	}
	return s.http.Shutdown(ctx)
}

// Close cuts off all connections.
func (s *Server) Close() error { return s.http.Close() }

// follow keeps the state of a connection up to date.
func (s *Server) follow(c *conn, state http.ConnState) {
	c.become(state)
	switch state {
	case http.StateNew:
		s.open.Begin()
		s.conns.Store(c, true)
	case http.StateHijacked, http.StateClosed:
		if _, known := s.conns.LoadAndDelete(c); known {
			s.open.End()
		}
	case http.StateIdle:
		// The state is stored before these are read, and retire and KeepAlive do the
		// reverse: one of the two closes the connection.
		if s.retiring.Load() || s.pressed.Load() {
			c.retire()
		}
	}
}

// KeepAlive sets whether connections stay open between requests, as SetKeepAlivesEnabled of
// net/http does. That closes idle connections at once, also one on which the first half of a
// request has just arrived; here such a request is answered. Call it again and again with false
// while there are too few connections for all.
func (s *Server) KeepAlive(on bool) {
	s.pressed.Store(!on)
	if on {
		return
	}
	s.conns.Range(func(c, _ any) bool {
		c.(*conn).makeRoom()
		return true
	})
}

// retire closes all connections that are idle or without a first request, now and later.
func (s *Server) retire() {
	s.retiring.Store(true)
	s.conns.Range(func(c, _ any) bool {
		c.(*conn).retire()
		return true
	})
}
