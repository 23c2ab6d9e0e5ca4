package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/tune"
)

func (p *program) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a CGI or FastCGI program over HTTP, or several instances of a server",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.serveCGICommand(), p.serveFastCGICommand(), p.serveBalanceCommand())
	return c
}

// serveOptions are the flags that serve cgi and serve fastcgi share.
type serveOptions struct {
	listenOptions
	env       []string
	root      string
	script    string
	waiting   int
	body      size
	timeout   time.Duration
	sending   time.Duration
	receiving time.Duration
	spool     size
	auth      bool
	query     bool
	counter   string
}

func (o *serveOptions) flags(c *cobra.Command) {
	o.listenOptions.flags(c)
	f := c.Flags()
	f.StringArrayVar(&o.env, "env", nil, "`NAME=VALUE` to add to the meta-variables, or NAME with the value that it has in this environment, which ps does not show (repeatable)")
	f.StringVar(&o.script, "script", "", "SCRIPT_FILENAME: the `file` that an interpreter such as PHP is to run; it answers all paths")
	f.StringVar(&o.root, "root", "", "document root: a `directory` for PATH_TRANSLATED (default: that of --script)")
	f.IntVar(&o.waiting, "waiting", 0, "maximum `number` of requests that wait (default 1024)")
	f.Var(&o.body, "max-body", "maximum `size` of a request's body, as in 10MB; a larger one is answered 413 (default 1GiB)")
	f.DurationVar(&o.timeout, "timeout", 0, "maximum `time` of a request after its body has arrived, including its wait (default 1m)")
	f.DurationVar(&o.sending, "send-timeout", 0, "`time` for which a client may take less than 500 bytes a second of its answer (default 10s)")
	f.DurationVar(&o.receiving, "receive-timeout", 0, "`time` for which a client may send less than 500 bytes a second of a request's body; then it is answered 408 (default 20s)")
	f.Var(&o.spool, "max-spool", "maximum `size` of all temporary files, as in 10GB: request bodies, and answers that clients have not read yet (default 1GiB)")
	f.BoolVar(&o.auth, "pass-auth", false, "pass Authorization on to the program, as Apache's CGIPassAuth does")
	f.BoolVar(&o.query, "log-query", false, "log requests with their query, which may hold secrets (default: the path alone)")
	counterFlag(c, &o.counter)
}

// counting returns the gateway, with a counter at a path if that is not empty.
func counting(gateway http.Handler, path string) http.Handler {
	if path == "" {
		return gateway
	}
	return &costs.Counter{Gateway: gateway, Path: path}
}

func (o *serveOptions) check() (err error) {
	if err := o.checkNumbers(); err != nil {
		return err
	}
	if o.env, err = assigned("--env", o.env); err != nil {
		return err
	}
	for _, path := range []*string{&o.script, &o.root} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return fmt.Errorf("find %s: %w", *path, err)
		}
	}
	return o.listenOptions.check()
}

func (o *serveOptions) checkNumbers() error {
	switch {
	case o.waiting < 0:
		return usageError(fmt.Errorf("--waiting %d is negative", o.waiting), "give a number of requests; with 0, it is 1024")
	case o.timeout < 0:
		return usageError(fmt.Errorf("--timeout %v is negative", o.timeout), "give a time such as 30s; with 0, it is 1 m")
	case o.sending < 0:
		return usageError(fmt.Errorf("--send-timeout %v is negative", o.sending), "give a time such as 30s; with 0, it is 10 s")
	case o.receiving < 0:
		return usageError(fmt.Errorf("--receive-timeout %v is negative", o.receiving), "give a time such as 30s; with 0, it is 20 s")
	}
	return nil
}

// assigned returns the values of a flag that takes NAME=VALUE, or NAME for a variable of this
// environment.
func assigned(flag string, values []string) (all []string, err error) {
	for _, v := range values {
		name, _, given := strings.Cut(v, "=")
		value, set := os.LookupEnv(name)
		switch {
		case name == "", !given && !set:
			return nil, usageError(fmt.Errorf("%s %q: neither NAME=VALUE nor the name of a variable of this environment", flag, v), "as in %s DB=/srv/ads.db", flag)
		case !given:
			v = name + "=" + value
		}
		all = append(all, v)
	}
	return all, nil
}

// cgiOptions are the flags of serve cgi.
type cgiOptions struct {
	serveOptions
	inherit []string
	dir     string
	limit   int
	prefix  string
	links   bool
}

func (p *program) serveCGICommand() *cobra.Command {
	var o cgiOptions
	c := &cobra.Command{
		Use:   "cgi [flags] PROGRAM|DIRECTORY [ARG...]",
		Short: "Start PROGRAM, or one in DIRECTORY, for every request, by RFC 3875",
		Long: `Serve a CGI program: a process is started for every request (RFC 3875).

With a DIRECTORY, each request starts the program that its path names, like Apache's
ScriptAlias: with --prefix /cgi-bin/, /cgi-bin/ads.pl/7 starts ads.pl with
the PATH_INFO /7. Files that are not executable, hidden files, and symbolic links
(without --follow-links) are not served.

At most --processes run at once, beside as many that wait for clients which read
slowly; further requests wait in line. A response ends when all processes that hold the
program's standard output have closed it. A request that takes longer than --timeout,
including its wait, is answered 503 or 504, and a body that comes too slowly 408
(--receive-timeout). At that moment, or when the client disconnects, the program's whole
process group is ended. After a response, background jobs continue until Ctrl-C. A
second Ctrl-C does not wait for requests in flight. No process of the programs is left,
even after kill -9.

A program does not wait for a client that reads slowly: up to 64 MiB of its response
are kept, in memory and in a temporary file (--max-spool for all). A client that does
not read is disconnected after --send-timeout. While requests wait, or temporary files
are full, one that takes less than 8 KiB a second is disconnected earlier.

The log names the path of a request, not its query, which may hold a secret
(--log-query). It shows what a program printed in place of the head of its answer.` + restarts,
		Example: `  classibench serve cgi ./guestbook.cgi
  classibench serve cgi --listen 127.0.0.1:9000 --env DB=/srv/ads.db ./ads.cgi
  classibench serve cgi --script ./guestbook.php php-cgi
  classibench serve cgi --prefix /cgi-bin/ ./cgi-bin/`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.serveCGI(c, &o, args) },
	}
	o.flags(c)
	f := c.Flags()
	f.SetInterspersed(false)
	f.StringArrayVar(&o.inherit, "inherit", nil, "`NAME` of a variable to pass on from this environment (repeatable)")
	f.StringVar(&o.dir, "dir", "", "the program's working `directory` (default: where it is)")
	f.StringVar(&o.prefix, "prefix", "", "URL `path` below which the program or the directory is served: SCRIPT_NAME (default /)")
	f.BoolVar(&o.links, "follow-links", false, "follow symbolic links in DIRECTORY")
	f.IntVar(&o.limit, "processes", 0, "maximum `number` of programs that run at once (default 8 per CPU)")
	return c
}

func (p *program) serveCGI(c *cobra.Command, o *cgiOptions, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := checkArguments(p.logger(), c, args); err != nil {
		return err
	}
	h, err := o.find(args)
	if err != nil {
		return err
	}
	found, err := h.Inspect()
	if err != nil {
		return p.describe(fmt.Errorf("serve %w", err))
	}
	if f, ok := p.stderr.(*os.File); ok && !term.IsTerminal(int(f.Fd())) {
		h.Stderr = f // the script writes to this file itself, so that its output needs no reader
		outlastReader(f)
	}
	h.Logger = p.logger()
	warn(h.Logger, found)
	tune.Gateway()
	return guarded(h, func() error {
		return p.serve(c.Context(), &o.listenOptions, counting(h, o.counter), cmp.Or(h.Directory, h.Path)+" as CGI")
	})
}

// checkOwn checks the flags that serve cgi alone has. A prefix is compared with the decoded
// paths of requests, which have no empty names and no dot segments.
func (o *cgiOptions) checkOwn() error {
	const example = "as in --prefix /cgi-bin/"
	switch {
	case o.limit < 0:
		return usageError(fmt.Errorf("--processes %d is negative", o.limit), "give a number of processes; with 0, it is 8 for each CPU")
	case o.prefix == "":
		return nil
	case o.prefix[0] != '/':
		return usageError(fmt.Errorf("--prefix %q: the path of a URL begins with a slash", o.prefix), example)
	case path.Clean(o.prefix) != "/"+strings.Trim(o.prefix, "/"):
		return usageError(fmt.Errorf("--prefix %q: no request has this path, since empty names and dot segments are removed from paths", o.prefix), example)
	case strings.Contains(o.prefix, "%"):
		return usageError(fmt.Errorf("--prefix %q: no request has this path, since paths are decoded", o.prefix), "write the prefix without escapes, "+example)
	}
	return nil
}

// find returns the handler of a program or of a directory of programs.
func (o *cgiOptions) find(args []string) (*host.Handler, error) {
	if err := o.checkOwn(); err != nil {
		return nil, err
	}
	h := &host.Handler{
		Script: o.script, Args: args[1:], Dir: o.dir, Env: o.env, InheritEnv: o.inherit, Root: o.root, ScriptName: o.prefix, FollowLinks: o.links,
		MaxProcesses: o.limit, MaxWaiting: o.waiting, MaxBody: int64(o.body), Timeout: o.timeout, PassAuth: o.auth, LogQuery: o.query,
		MaxSpool: int64(o.spool), SendTimeout: o.sending, ReceiveTimeout: o.receiving,
	}
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
		h.Directory, err = filepath.Abs(args[0])
		if err == nil && o.script != "" {
			err = usageError(fmt.Errorf("serve %s: a directory has no single --script", args[0]), "leave --script out, or name the interpreter in place of the directory")
		}
		return h, err
	}
	if o.links {
		return nil, usageError(fmt.Errorf("--follow-links: %s is not a directory", args[0]), "leave it out, or name the directory of the programs")
	}
	path, err := executable(args[0])
	if err != nil {
		return nil, err
	}
	h.Path = path
	return h, o.checkPHP(args)
}

// warn logs the parts of a directory that cannot be served.
func warn(log *slog.Logger, found host.Inspection) {
	for _, e := range found.Broken {
		log.Warn("program cannot be started", slog.String("program", e.Path), slog.Any("err", e.Err), slog.String("hint", e.Hint))
	}
	for _, err := range found.Unread {
		log.Warn("directory cannot be read", slog.Any("err", err))
	}
}

// checkPHP refuses php-cgi without a script: php-cgi ignores its arguments, and would take
// itself for the script.
func (o *cgiOptions) checkPHP(args []string) error {
	given := o.script != "" || slices.ContainsFunc(o.env, func(e string) bool { return strings.HasPrefix(e, "SCRIPT_FILENAME=") })
	if given || !strings.HasPrefix(filepath.Base(args[0]), "php-cgi") {
		return nil
	}
	example := "./index.php"
	if len(args) > 1 {
		example = args[len(args)-1]
	}
	return usageError(fmt.Errorf("serve %s: it reads its script's path from SCRIPT_FILENAME, not from its arguments", strings.Join(args, " ")),
		"name the script: --script %s; in a scenario, script: %s beside command: %s", example, example, args[0])
}

func (p *program) logger() *slog.Logger { return slog.New(newServeLog(p.stderr)) }

// explainListen adds a hint to the error of an address that cannot be used.
func explainListen(addr string, err error) error {
	_, port, _ := net.SplitHostPort(addr)
	if strings.HasPrefix(addr, "unix:") {
		port = ""
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && port != "":
		return usageError(err, `"ss -ltnp sport = :%s" shows the program that listens there; --listen 127.0.0.1:0 takes a free port`, port)
	case errors.Is(err, syscall.EADDRINUSE):
		return usageError(err, `"ss -lxp" shows the program that listens there; or choose another path`)
	}
	return usageError(err, "choose another address with --listen, as in --listen 127.0.0.1:9000")
}

// executable returns the path of the program to serve, found in PATH if its name has no
// slash.
func executable(name string) (string, error) {
	if !strings.ContainsRune(name, filepath.Separator) {
		path, err := exec.LookPath(name)
		if info, e := os.Stat(name); err != nil && e == nil && info.IsDir() {
			path, err = name, nil // Check reports that it is a directory
		}
		if err != nil {
			return "", usageError(fmt.Errorf("serve %s: %w", name, exec.ErrNotFound), "for a program in this directory, write ./%s", name)
		}
		name = path
	}
	return filepath.Abs(name)
}

// loopbackOnly refuses an address that other machines can reach, unless public allows it.
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
	return usageError(fmt.Errorf("listen on %q: other machines could reach it", addr), "use a loopback address such as 127.0.0.1:8080, or add --public")
}
