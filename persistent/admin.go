package persistent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/classibench/classibench/internal/drain"
)

// checkAdmin returns the listener of the admin address unless other machines reach it:
// profiles show a program's arguments and take CPU time.
func (s *Server) checkAdmin(l net.Listener, err error) (net.Listener, error) {
	if err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	if !s.AdminPublic && !local(l.Addr()) {
		return nil, errors.Join(fmt.Errorf("admin address %s: other machines could reach it; use a loopback address such as 127.0.0.1:9090 or a Unix socket, or allow it with -admin-public (AdminPublic)", l.Addr()), l.Close())
	}
	return l, nil
}

// local reports whether only this machine reaches an address.
func local(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback() || a.Network() == "unix"
}

func closeAdmin(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// startAdmin serves the admin address until end is called. When the server is being
// stopped, the health check still answers, and reports it. When the server was
// replaced, its successor answers instead.
func (s *Server) startAdmin(site context.Context, l net.Listener, watch *watch) (end func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(site))
	replaced := context.AfterFunc(site, func() {
		if drain.Replaced(site) {
			stop()
		}
	})
	plain := s.httpServer(s.named(l, watch.admin()))
	plain.ReadTimeout = plain.ReadHeaderTimeout
	srv := drain.New(plain)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, s.impatient(l)) }()
	return func() {
		replaced()
		stop()
		if err := <-served; err != nil {
			s.logger().Warn("the admin address was not served to the end", slog.Any("err", err))
		}
		patience, cancel := context.WithTimeout(context.WithoutCancel(site), time.Second)
		defer cancel()
		if srv.Drain(patience, 0) != nil {
			srv.Close() // a profile is not worth the wait
		}
	}
}

// admin returns the handler of the admin address.
func (w *watch) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", w.health)
	mux.HandleFunc("/metrics", w.metrics)
	mux.HandleFunc("/debug/pprof/", serveProfiles)
	return mux
}

// health answers 503 once the server is stopping, so that a load balancer chooses
// another server.
func (w *watch) health(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if w.stopping() {
		rw.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(rw, "stopping")
		return
	}
	fmt.Fprintln(rw, "ok")
}
