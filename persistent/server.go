// Package persistent serves an http.Handler from a process that stays: over HTTP or
// FastCGI, on TCP or on a Unix socket, with timeouts, a graceful stop, structured
// logs, a health check and metrics.
//
// [Serve] is the counterpart of cgi.Serve: a CGI program becomes a server by a
// change of this one call. A [Server] offers the same with settings in code.
package persistent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// A Server serves one handler. Its zero value serves HTTP on [DefaultAddr].
// ReadTimeout, WriteTimeout, IdleTimeout and MaxSpool apply to HTTP only: with
// FastCGI the front end has its own.
//
// A handler does not wait for a client that reads slowly. What the client has not
// read yet is kept in memory (up to 256 KiB for each answer, 64 MiB for all), then
// in a temporary file without a name (up to 64 MiB for each answer, MaxSpool for
// all). Beyond these limits, writing waits for the client. If MaxSpool is the limit,
// the client that has taken nothing for longest makes room: it is disconnected after
// a second. The first 32 KiB of an answer are sent when they are full, at a
// Flush, or when the handler returns.
type Server struct {
	Addr            string        // "127.0.0.1:8080" or "unix:/path"; empty means DefaultAddr
	FastCGI         bool          // serve FastCGI 1.0 instead of HTTP
	Admin           string        // address for /healthz and /metrics; empty means Addr, where they take precedence over h
	ReadTimeout     time.Duration // for reading a request with its body; 0 means 30 s
	WriteTimeout    time.Duration // a client that takes less than 500 bytes a second of its answer for this time is disconnected; 0 means 10 s
	IdleTimeout     time.Duration // an idle connection is closed after this time; 0 means 2 min
	ShutdownTimeout time.Duration // for requests in flight when the server stops; 0 means 10 s
	MaxSpool        int64         // bytes of answers in temporary files; 0 means 1 GiB
	AccessLog       bool          // a log record for each request
	Logger          *slog.Logger  // nil is silent
}

// DefaultAddr is the address of a Server with an empty Addr.
const DefaultAddr = "127.0.0.1:8080"

// Serve listens, and serves h until ctx ends. Then it finishes the requests in
// flight, and returns nil if all of them ended within ShutdownTimeout.
func (s *Server) Serve(ctx context.Context, h http.Handler) error {
	l, err := Listen(s.addr())
	if err != nil {
		return err
	}
	return s.ServeListener(ctx, l, h)
}

// ServeListener is Serve on an open listener. It closes l.
func (s *Server) ServeListener(ctx context.Context, l net.Listener, h http.Handler) error {
	watch := newWatch(s.logger(), s.AccessLog, !s.FastCGI)
	h = watch.wrap(h)
	var admin *http.Server
	if s.Admin == "" && !s.FastCGI {
		h = watch.withAdmin(h)
	} else if s.Admin != "" {
		var err error
		if admin, err = s.startAdmin(watch); err != nil {
			return errors.Join(err, l.Close())
		}
		defer admin.Close()
	}
	s.logger().Info("listening", slog.String("addr", l.Addr().String()), slog.Bool("fastcgi", s.FastCGI))
	if s.FastCGI {
		return s.serveFastCGI(ctx, l, h, watch)
	}
	return s.serveHTTP(ctx, l, h, watch)
}

func (s *Server) serveHTTP(ctx context.Context, l net.Listener, h http.Handler, watch *watch) error {
	srv := s.httpServer(s.spooled(h))
	served := make(chan error, 1)
	go func() { served <- srv.Serve(s.impatient(l)) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	watch.stopping.Store(true)
	s.logger().Info("stopping: finishing requests in flight")
	grace, cancel := s.grace(ctx)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close()
		return fmt.Errorf("stop: requests were still in flight after %v and were cut off: %w", s.shutdownTimeout(), err)
	}
	s.logger().Info("stopped")
	return nil
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: cmp.Or(s.ReadTimeout, 30*time.Second),
		ReadTimeout:       cmp.Or(s.ReadTimeout, 30*time.Second),
		IdleTimeout:       cmp.Or(s.IdleTimeout, 2*time.Minute),
		ConnContext:       slowread.Context,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger().Handler(), slog.LevelWarn),
	}
}

// impatient returns a listener whose connections fail if their clients do not read.
func (s *Server) impatient(l net.Listener) net.Listener {
	return slowread.Listener{Listener: l, Pause: s.WriteTimeout}
}

// grace returns the context of a shutdown: it ends after ShutdownTimeout.
func (s *Server) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.shutdownTimeout())
}

func (s *Server) shutdownTimeout() time.Duration { return cmp.Or(s.ShutdownTimeout, 10*time.Second) }

func (s *Server) startAdmin(watch *watch) (*http.Server, error) {
	l, err := Listen(s.Admin)
	if err != nil {
		return nil, fmt.Errorf("health check and metrics: %w", err)
	}
	srv := s.httpServer(watch.withAdmin(http.NotFoundHandler()))
	go srv.Serve(s.impatient(l)) // ends when the caller closes srv
	return srv, nil
}

func (s *Server) addr() string {
	if s.Addr == "" {
		return DefaultAddr
	}
	return s.Addr
}

func (s *Server) logger() *slog.Logger {
	if s.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Logger
}
