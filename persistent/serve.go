package persistent

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Serve serves h until the process receives SIGINT or SIGTERM, and then returns
// nil. A second signal ends the process at once. Flags override the environment:
//
//	-listen ADDR   CLASSIBENCH_LISTEN   address: 127.0.0.1:8080, or unix:/path
//	-fastcgi       CLASSIBENCH_FASTCGI  speak FastCGI instead of HTTP ("1")
//	-admin ADDR    CLASSIBENCH_ADMIN    separate address for /healthz and /metrics
//	-access-log                         a log record for each request
//	-max-conns N                        open connections; further clients wait
//
// If standard input is a listening socket, a FastCGI process manager started the
// program: it serves FastCGI on that socket and ignores the addresses.
//
// Serve also parses the flags that the program itself defined on flag.CommandLine.
// If h has a method Start() error, Serve calls it after that and before the first
// request.
//
// Unless GOGC is set, the heap may grow to five times the live data before a
// garbage collection. A handler keeps little data: a collection for every 4 MB of
// garbage would take a tenth of a busy server's time to save 16 MB.
func Serve(h http.Handler) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	s := fromEnvironment()
	if err := s.parse(flag.CommandLine, os.Args[1:]); err != nil {
		return err
	}
	if site, ok := h.(interface{ Start() error }); ok {
		if err := site.Start(); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // after the first signal, the next one ends the process
	defer stop()
	if !Inherited() {
		return s.Serve(ctx, h)
	}
	l, err := net.FileListener(os.Stdin)
	if err != nil {
		return fmt.Errorf("listen on standard input: %w", err)
	}
	s.FastCGI = true
	return s.ServeListener(ctx, l, h)
}

func fromEnvironment() *Server {
	return &Server{
		Addr:    os.Getenv("CLASSIBENCH_LISTEN"),
		FastCGI: os.Getenv("CLASSIBENCH_FASTCGI") == "1",
		Admin:   os.Getenv("CLASSIBENCH_ADMIN"),
		Logger:  slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
}

func (s *Server) parse(f *flag.FlagSet, args []string) error {
	f.StringVar(&s.Addr, "listen", s.addr(), "`address` to listen on: HOST:PORT or unix:/path")
	f.BoolVar(&s.FastCGI, "fastcgi", s.FastCGI, "serve FastCGI instead of HTTP")
	f.StringVar(&s.Admin, "admin", s.Admin, "separate `address` for /healthz and /metrics")
	f.BoolVar(&s.AccessLog, "access-log", s.AccessLog, "log each request")
	f.IntVar(&s.MaxConns, "max-conns", s.MaxConns, "`number` of open connections; further clients wait (default 10000, or seven eighths of the limit of open files)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if s.MaxConns < 0 {
		return fmt.Errorf("-max-conns %d: want a number from 1", s.MaxConns)
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: this program takes only flags", f.Arg(0))
	}
	return nil
}
