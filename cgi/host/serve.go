package host

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// shutdownGrace is the time for requests in flight when the server stops.
const shutdownGrace = 5 * time.Second

// ListenAndServe serves h over HTTP on addr, as in [Listen], until ctx ends; see
// [Serve]. If the port is in use, the error wraps syscall.EADDRINUSE.
func ListenAndServe(ctx context.Context, addr string, h http.Handler) error {
	l, err := Listen(addr)
	if err != nil {
		return err
	}
	return Serve(ctx, l, h)
}

// Serve serves h over HTTP on l until ctx ends, and closes l. Requests in flight
// get five seconds; then they are ended, which is an error. If h has a method
// Wait(), Serve calls it: with a [Handler], no process is left when Serve returns.
// Scripts that go on after their response get the same five seconds; their
// background jobs are ended at once.
//
// A client that does not read its answer is disconnected: see SendTimeout of
// [Handler].
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	requests, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	srv := &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ConnContext:       slowread.Context,
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(slowread.Listener{Listener: l}) }()
	var err error
	select {
	case err = <-served:
		srv.Close()
		err = fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
		err = stop(srv, h, cut)
	}
	cut()
	if w, ok := h.(interface{ Wait() }); ok {
		w.Wait()
	}
	return err
}

// stop waits for the requests in flight, and ends them after shutdownGrace.
func stop(srv *http.Server, h http.Handler, cut func()) error {
	patience, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	err := srv.Shutdown(patience)
	if err == nil {
		if f, ok := h.(*Handler); ok {
			f.finish(patience)
		}
		return nil
	}
	cut()
	patience, cancel = context.WithTimeout(context.Background(), 2*grace)
	defer cancel()
	if srv.Shutdown(patience) != nil {
		srv.Close()
	}
	return fmt.Errorf("stop: requests were still in flight after %v and were ended: %w", shutdownGrace, err)
}
