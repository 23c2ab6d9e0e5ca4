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

// Serve serves h as the flags and the environment say, until the process is
// told to end (SIGINT or SIGTERM), and returns nil then; a second signal ends it at
// once. Flags win.
//
//	-listen ADDR   CLASSIBENCH_LISTEN   address: 127.0.0.1:8080, or unix:/path
//	-fastcgi       CLASSIBENCH_FASTCGI  speak FastCGI instead of HTTP ("1")
//	-admin ADDR    CLASSIBENCH_ADMIN    address of its own for /healthz and /metrics
//	-access-log                         a log record for each request
//
// A program whose standard input is a listening socket was started by a FastCGI
// process manager: it serves FastCGI there and looks at no address.
//
// Flags that the program itself defined on flag.CommandLine are parsed as well.
// After that, and before the first request, a handler that has a method
// Start() error is started with it.
//
// Unless GOGC says otherwise, the garbage collector lets the heap grow to five
// times what is alive: what a handler keeps is small, and a collection for every
// 4 MB of garbage would take a tenth of a busy server's time to save 16 MB.
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
	context.AfterFunc(ctx, stop) // from here on, a signal ends the process
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
	f.BoolVar(&s.FastCGI, "fastcgi", s.FastCGI, "speak FastCGI instead of HTTP")
	f.StringVar(&s.Admin, "admin", s.Admin, "`address` of its own for /healthz and /metrics")
	f.BoolVar(&s.AccessLog, "access-log", s.AccessLog, "log each request")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: only flags are taken", f.Arg(0))
	}
	return nil
}
