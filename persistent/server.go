// Package persistent serves an http.Handler from a process that stays: over HTTP or
// FastCGI, on TCP or on a Unix socket, with timeouts, a graceful stop, structured
// logs, restarts that refuse no connection, and an admin address for a health check,
// metrics and profiles.
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

	"github.com/classibench/classibench/internal/drain"
)

// A Server serves one handler. Its zero value serves HTTP on [DefaultAddr].
// ReadTimeout, WriteTimeout and IdleTimeout apply to HTTP only: with FastCGI the
// front end has its own.
type Server struct {
	Addr            string        // "127.0.0.1:8080" or "unix:/path"; empty means DefaultAddr
	FastCGI         bool          // serve FastCGI 1.0 instead of HTTP
	Admin           string        // loopback address for /healthz, /metrics and /debug/pprof/; empty means none
	AdminPublic     bool          // Admin may be an address that other machines reach
	ReadTimeout     time.Duration // for reading a request with its body; 0 means 30 s
	WriteTimeout    time.Duration // for writing a response; 0 means 30 s
	IdleTimeout     time.Duration // an idle connection is closed after this time; 0 means 2 min
	ShutdownTimeout time.Duration // for requests in flight when the server stops; 0 means 10 s
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
//
// Clients that keep their connections open are told to close them: answers have the
// header "Connection: close" from the end of ctx on. Connections that stay idle are
// closed after a tenth of a second.
func (s *Server) ServeListener(ctx context.Context, l net.Listener, h http.Handler) error {
	var admin net.Listener
	if s.Admin != "" {
		var err error
		if admin, err = s.checkAdmin(Listen(s.Admin)); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	return s.serve(ctx, l, admin, h)
}

// serve serves h on l, and the rest on admin, which may be nil.
func (s *Server) serve(ctx context.Context, l, admin net.Listener, h http.Handler) error {
	stopping := func() bool { return ctx.Err() != nil && !drain.Replaced(ctx) }
	watch := newWatch(stopping, s.logger(), s.AccessLog, !s.FastCGI)
	s.logger().Info("listening", slog.String("addr", l.Addr().String()), slog.Bool("fastcgi", s.FastCGI))
	if admin != nil {
		s.logger().Info("listening for administration", slog.String("addr", admin.Addr().String()))
		defer s.startAdmin(ctx, admin, watch)()
	}
	if s.FastCGI {
		return s.serveFastCGI(ctx, l, watch.wrap(h), watch)
	}
	return s.serveHTTP(ctx, l, watch.wrap(h))
}

func (s *Server) serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := drain.New(s.httpServer(h))
	if err := srv.Serve(ctx, l); err != nil {
		return fmt.Errorf("serve on %s: %w", l.Addr(), errors.Join(err, srv.Close()))
	}
	s.logger().Info("stopping: finishing requests in flight")
	grace, cancel := s.grace(ctx)
	defer cancel()
	if err := srv.Drain(grace, drain.Linger(ctx, s.shutdownTimeout())); err != nil {
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
		WriteTimeout:      cmp.Or(s.WriteTimeout, 30*time.Second),
		IdleTimeout:       cmp.Or(s.IdleTimeout, 2*time.Minute),
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger().Handler(), slog.LevelWarn),
	}
}

// grace returns the context of a shutdown: it ends after ShutdownTimeout.
func (s *Server) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.shutdownTimeout())
}

func (s *Server) shutdownTimeout() time.Duration { return cmp.Or(s.ShutdownTimeout, 10*time.Second) }

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
