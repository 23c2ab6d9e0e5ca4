// Package persistent serves an http.Handler from a process that stays: over HTTP or
// FastCGI, on TCP or on a Unix socket, with timeouts, a graceful stop, structured
// logs, restarts that refuse no connection, and an admin address for a health check,
// metrics and profiles.
//
// [Serve] is the counterpart of cgi.Serve: a CGI program becomes a server by a
// change of this one call; [ServeFastCGI] is for one behind a front end that speaks
// FastCGI. A [Server] offers the same with settings in code.
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
	"github.com/classibench/classibench/internal/listen"
	"github.com/classibench/classibench/internal/slowread"
	"github.com/classibench/classibench/internal/spool"
	"github.com/classibench/classibench/internal/wire"
)

// A Server serves one handler. Its zero value serves HTTP on [DefaultAddr].
// ReadTimeout and IdleTimeout apply to HTTP only: with FastCGI the front end has its
// own, and it is the client of the rules below.
//
// A handler does not wait for a client that reads slowly. What the client has not
// read yet is kept in memory (up to 256 KiB for each answer, 64 MiB for all), then
// in a temporary file without a name (up to 64 MiB for each answer, MaxSpool for
// all). Beyond these limits, writing waits for the client. If MaxSpool is the limit,
// a client that takes less than 8 KiB a second makes room: over HTTP, it is
// disconnected, which is logged. The first 32 KiB of an answer are sent when they are
// full, at a Flush, or when the handler returns.
//
// Reading the body of a request fails if the client is too slow (ReadTimeout). If the handler
// then answers with an error of any kind, or not at all, the client gets a 408.
type Server struct {
	Addr            string        // "127.0.0.1:8080" or "unix:/path"; empty means DefaultAddr
	FastCGI         bool          // serve FastCGI 1.0 instead of HTTP
	Admin           string        // loopback address for /healthz, /metrics and /debug/pprof/; empty means none
	AdminPublic     bool          // Admin may be an address that other machines reach
	ReadTimeout     time.Duration // a client that sends less than 500 bytes a second of a request's body for this time is answered 408 (0 means 20 s); also the time for the head (0 means 30 s)
	WriteTimeout    time.Duration // a client that takes less than 500 bytes a second of its answer for this time is disconnected; 0 means 10 s, with FastCGI 1 min
	IdleTimeout     time.Duration // an idle connection is closed after this time; 0 means 2 min
	MaxConns        int           // open connections, further clients wait; 0 means 10,000, or what the limit of open files allows
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
//
// Clients that keep their connections open are told to close them: answers have the
// header "Connection: close" from the end of ctx on. Connections that stay idle are
// closed after a tenth of a second.
//
// On the listener of tls.NewListener, the Server does not see a first byte that TLS has read
// and not yet passed on: at a stop, such a request, or a handshake, may be cut off.
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
	plain := s.httpServer(slowread.Handler(s.spooled(h, &spool.Pool{}), s.ReadTimeout))
	srv := drain.New(plain)
	l = s.listener(l, plain, srv.KeepAlive)
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
		IdleTimeout:       cmp.Or(s.IdleTimeout, 2*time.Minute),
		ConnContext:       slowread.Context,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger().Handler(), slog.LevelWarn),
	}
}

// listener returns a listener with the rules of s for connections. Each kind of connection
// passes on CloseRead and CloseWrite of the one below.
func (s *Server) listener(l net.Listener, srv *http.Server, keepAlive func(bool)) net.Listener {
	return wire.Install(srv, s.limitConns(s.impatient(l), keepAlive))
}

// limitConns returns a listener that has no more than MaxConns connections open. The admin
// address has a listener of its own, so that a server with all its connections in use still
// answers there.
func (s *Server) limitConns(l net.Listener, keepAlive func(bool)) net.Listener {
	return listen.Limit(l, cmp.Or(s.MaxConns, listen.MostConns(1)), keepAlive)
}

// impatient returns a listener whose connections fail if their clients do not read.
func (s *Server) impatient(l net.Listener) net.Listener {
	return slowread.Listener{Listener: l, Pause: s.WriteTimeout}
}

// grace returns the context of a shutdown: it ends after ShutdownTimeout.
func (s *Server) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	return drain.Grace(ctx, s.shutdownTimeout(), s.shutdownTimeout())
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
