package persistent

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/classibench/classibench/internal/handover"
)

// Serve serves h until the process receives SIGINT, SIGTERM or SIGHUP, and then returns
// nil. A second signal ends the process at once. Flags override the environment:
//
//	-listen ADDR   CLASSIBENCH_LISTEN   address: 127.0.0.1:8080, or unix:/path
//	-fastcgi       CLASSIBENCH_FASTCGI  speak FastCGI instead of HTTP ("1", or "0")
//	-admin ADDR    CLASSIBENCH_ADMIN    address for /healthz, /metrics and /debug/pprof/; empty is none
//	-admin-public                       allow an -admin address that other machines reach
//	-grace TIME                         for requests in flight at a stop or a restart: 10s
//	-pidfile PATH  CLASSIBENCH_PIDFILE  file that gets the id of the process that serves
//	-access-log                         a log record for each request
//	-max-conns N                        open connections; further clients wait
//
// Sockets that a service manager passes (LISTEN_FDS, sd_listen_fds(3)) take the place
// of both addresses; the one with the name "admin" is that for -admin. READY=1 and
// other messages are sent to its NOTIFY_SOCKET.
//
// If standard input is a listening socket and -listen is not set, a FastCGI process
// manager started the program: it serves FastCGI on that socket, or HTTP with
// -fastcgi=false.
//
// At SIGUSR2 Serve starts the program again, with the same arguments, and passes on
// its sockets. It returns nil once the successor serves and the requests in flight are
// answered. If the successor fails before it serves, the reason is logged, and this
// process goes on.
//
// Serve also parses the flags that the program itself defined on flag.CommandLine.
// If h has a method Start() error, Serve calls it after that and before the first
// request.
//
// Unless GOGC is set, the heap may grow to five times the live data before a
// garbage collection. A handler keeps little data: a collection for every 4 MB of
// garbage would take a tenth of a busy server's time to save 16 MB. Where there is
// much live data, the garbage is limited to 64 MiB, or half of that data if that is
// more. Ten seconds after the last collection, the process gives back what a peak has
// left.
func Serve(h http.Handler) error { return fromEnvironment().serveCommand(h) }

// ServeFastCGI is Serve for a program that stands behind a front end which speaks FastCGI, such
// as nginx (fastcgi_pass), Apache (mod_proxy_fcgi, mod_fcgid) or lighttpd. It is the same as
// Serve with the flag -fastcgi; the flag and CLASSIBENCH_FASTCGI override it.
func ServeFastCGI(h http.Handler) error {
	s := fromEnvironment()
	if !s.protocol {
		s.FastCGI, s.protocol = true, true
	}
	return s.serveCommand(h)
}

// serveCommand serves h with the flags of the command line.
func (s *settings) serveCommand(h http.Handler) error {
	if os.Getenv("GOGC") == "" {
		tuneGarbage()
	}
	if err := s.parse(flag.CommandLine, os.Args[1:]); err != nil {
		return err
	}
	p, err := handover.New(s.logger())
	if err != nil {
		return err
	}
	p.PIDFile = s.pidFile
	return errors.Join(s.serveProcess(p, h), p.Close())
}

// settings are those of Serve: a Server and what only a process has.
type settings struct {
	Server
	pidFile  string
	listens  bool // the address is set, not the default
	protocol bool // HTTP or FastCGI is set
}

func fromEnvironment() *settings {
	fast := os.Getenv("CLASSIBENCH_FASTCGI")
	return &settings{
		Server: Server{
			Addr:    os.Getenv("CLASSIBENCH_LISTEN"),
			FastCGI: fast == "1",
			Admin:   os.Getenv("CLASSIBENCH_ADMIN"),
			Logger:  slog.New(slog.NewTextHandler(os.Stderr, nil)),
		},
		pidFile:  os.Getenv("CLASSIBENCH_PIDFILE"),
		listens:  os.Getenv("CLASSIBENCH_LISTEN") != "",
		protocol: fast != "",
	}
}

func (s *settings) parse(f *flag.FlagSet, args []string) error {
	f.StringVar(&s.Addr, "listen", s.addr(), "`address` to listen on: HOST:PORT or unix:/path")
	f.BoolVar(&s.FastCGI, "fastcgi", s.FastCGI, "serve FastCGI instead of HTTP")
	f.StringVar(&s.Admin, "admin", s.Admin, "`address` for /healthz, /metrics and /debug/pprof/ (default none)")
	f.BoolVar(&s.AdminPublic, "admin-public", s.AdminPublic, "allow an -admin address that other machines reach")
	f.DurationVar(&s.ShutdownTimeout, "grace", s.shutdownTimeout(), "`time` for requests in flight at a stop or a restart")
	f.StringVar(&s.pidFile, "pidfile", s.pidFile, "`path` of a file that gets the id of the process that serves")
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
	if s.ShutdownTimeout <= 0 {
		return fmt.Errorf("-grace %v: not a time for requests in flight; 10s is the default", s.ShutdownTimeout)
	}
	f.Visit(func(set *flag.Flag) {
		s.listens = s.listens || set.Name == "listen"
		s.protocol = s.protocol || set.Name == "fastcgi"
	})
	return nil
}
