package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/cgi/host"
)

func (p *program) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a CGI or FastCGI program over HTTP",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.serveCGICommand(), p.serveFastCGICommand())
	return c
}

// cgiOptions are the flags of serve cgi.
type cgiOptions struct {
	listen  string
	env     []string
	inherit []string
	dir     string
	root    string
	limit   int
	timeout time.Duration
	public  bool
}

func (p *program) serveCGICommand() *cobra.Command {
	var o cgiOptions
	c := &cobra.Command{
		Use:   "cgi [flags] PROGRAM [ARG...]",
		Short: "Start PROGRAM for every request, by RFC 3875",
		Long: `Serve a CGI program: a process is started for every request (RFC 3875).

At most --processes run at once; further requests wait in line. A request that is
not answered within --timeout, waiting included, is answered 503 or 504, and when
a client leaves or the time is up the program's whole process group is ended.`,
		Example: `  classibench serve cgi ./guestbook.cgi
  classibench serve cgi --listen 127.0.0.1:9000 --env DB=/srv/ads.db ./ads.cgi`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.serveCGI(c, o, args) },
	}
	f := c.Flags()
	f.SetInterspersed(false)
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	f.BoolVar(&o.public, "public", false, "allow an address that other machines reach")
	f.StringArrayVar(&o.env, "env", nil, "`NAME=VALUE` for the program's environment (repeatable)")
	f.StringArrayVar(&o.inherit, "inherit", nil, "`NAME` of a variable to pass on from this environment (repeatable)")
	f.StringVar(&o.dir, "dir", "", "the program's working `directory` (default: its own)")
	f.StringVar(&o.root, "root", "", "document `root` for PATH_TRANSLATED")
	f.IntVar(&o.limit, "processes", 0, "how many may run at once (default: the host's own choice)")
	f.DurationVar(&o.timeout, "timeout", 0, "how long a request may take, waiting included (default: the host's own choice)")
	return c
}

func (p *program) serveCGI(c *cobra.Command, o cgiOptions, args []string) error {
	if err := loopbackOnly(o.listen, o.public); err != nil {
		return err
	}
	script, err := executable(args[0])
	if err != nil {
		return err
	}
	h := &host.Handler{
		Path: script, Args: args[1:], Dir: o.dir, Env: o.env, InheritEnv: o.inherit, Root: o.root,
		MaxProcesses: o.limit, Timeout: o.timeout, Logger: slog.New(slog.NewTextHandler(p.stderr, nil)),
	}
	p.say("serving %s as CGI on http://%s (Ctrl-C ends it)", script, o.listen)
	return host.ListenAndServe(c.Context(), o.listen, h)
}

// executable finds the program to serve, in PATH if it has no slash.
func executable(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", usageError(fmt.Errorf("serve %s: %w", name, errors.Unwrap(err)), "name a file that may be executed (chmod +x)")
	}
	return filepath.Abs(path)
}

// loopbackOnly refuses an address that other machines can reach, unless that
// is wanted.
func loopbackOnly(addr string, public bool) error {
	if public || strings.HasPrefix(addr, "unix:") {
		return nil
	}
	hostname, _, err := net.SplitHostPort(addr)
	if err != nil {
		return usageError(fmt.Errorf("listen on %q: %w", addr, err), "an address is HOST:PORT, as in 127.0.0.1:8080")
	}
	if ip := net.ParseIP(hostname); hostname == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usageError(fmt.Errorf("listen on %q: other machines could reach it", addr), "use a loopback address such as 127.0.0.1:8080, or say --public")
}
