package host

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/classibench/classibench/internal/drain"
	"github.com/classibench/classibench/internal/listen"
	"github.com/classibench/classibench/internal/slowread"
	"github.com/classibench/classibench/internal/wire"
)

// shutdownGrace is the time for requests in flight when the server stops.
const shutdownGrace = 5 * time.Second

const (
	// mostHead is the size of the largest request head, in bytes: twice what a variable in
	// the environment of a process can hold on Linux (MAX_ARG_STRLEN).
	mostHead = 256 << 10
	// perConn is the number of descriptors for a connection: a balancer has another one, to an
	// instance, and a request may have a temporary file.
	perConn = 2
)

// ListenAndServe serves h over HTTP on addr, as in [Listen], until ctx ends; see
// [Serve]. If the port is in use, the error wraps syscall.EADDRINUSE.
func ListenAndServe(ctx context.Context, addr string, h http.Handler) error {
	l, err := Listen(addr)
	if err != nil {
		return err
	}
	return Serve(ctx, l, h)
}

// Serve serves h over HTTP on l until ctx ends, and closes l. It sends the reason
// phrases of scripts, and closes a connection after a request with both
// Content-Length and Transfer-Encoding (RFC 9112 §6.1). Requests in flight
// get five seconds; then they are ended, which is an error. If h has the methods
// Finish(context.Context) error and Wait() of [Handler], Serve calls them: no process
// is left when Serve returns. Scripts that go on after their response get the same five
// seconds; their background jobs are ended at once.
//
// A client that does not read its answer is disconnected, and one that does not send
// its body is answered 408: see SendTimeout and ReceiveTimeout of [Handler]. A head of more
// than 256 KiB or 1,000 fields is answered 431. No more than 10,000 connections are open, and
// fewer if the process may open fewer files; when all are in use, those that are idle make
// room.
//
// If ctx is of a process that was replaced (SIGUSR2), requests get a minute, because no
// one waits for its end, and five seconds once it is asked to end.
//
// Clients that keep their connections open are told to close them: answers have the
// header "Connection: close" from the end of ctx on. Connections that stay idle are
// closed after a tenth of a second.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	requests, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	srv, l := newServer(requests, l, h)
	err := srv.Serve(ctx, l)
	if err != nil {
		srv.Close()
		err = fmt.Errorf("serve on %s: %w", l.Addr(), err)
	} else {
		err = stop(ctx, srv, h, cut)
	}
	cut()
	if w, ok := h.(interface{ Wait() }); ok {
		w.Wait()
	}
	return err
}

// newServer returns a server whose requests end with a context, and the listener that it must
// serve.
func newServer(requests context.Context, l net.Listener, h http.Handler) (srv *drain.Server, to net.Listener) {
	plain := &http.Server{
		Handler:           slowread.Handler(h, 0),
		BaseContext:       func(net.Listener) context.Context { return requests },
		ReadHeaderTimeout: 30 * time.Second,
		MaxHeaderBytes:    mostHead,
		IdleTimeout:       2 * time.Minute,
		ConnContext:       slowread.Context,
	}
	limited := listen.Limit(slowread.Listener{Listener: l}, listen.MostConns(perConn), func(on bool) { srv.KeepAlive(on) })
	to = wire.Install(plain, limited)
	srv = drain.New(plain)
	return srv, to
}

// stop waits for the requests in flight, and ends them after the grace period.
func stop(ctx context.Context, srv *drain.Server, h http.Handler, cut func()) error {
	began := time.Now()
	patience, cancel := drain.Grace(ctx, gracePeriod(ctx), shutdownGrace)
	defer cancel()
	err := srv.Drain(patience, drain.Linger(ctx, gracePeriod(ctx)))
	if f, ok := h.(interface{ Finish(context.Context) error }); ok && err == nil {
		err = f.Finish(patience)
	}
	if err == nil {
		return nil
	}
	period := time.Since(began).Round(time.Second)
	cut()
	patience, cancel = context.WithTimeout(context.Background(), 2*grace)
	defer cancel()
	if srv.Drain(patience, 0) != nil {
		srv.Close()
	}
	return fmt.Errorf("stop: requests were still in flight after %v and were ended: %w", period, err)
}

// gracePeriod is the time for requests in flight. After a restart no one waits for the
// end of this process: requests keep the time that they have by default.
func gracePeriod(ctx context.Context) time.Duration {
	if drain.Replaced(ctx) {
		return time.Minute
	}
	return shutdownGrace
}
