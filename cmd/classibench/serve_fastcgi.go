package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/cgi/host/fastcgi"
)

// fastCGIOptions are the flags of serve fastcgi.
type fastCGIOptions struct {
	serveOptions
	params []string
	conns  int
}

func (p *program) serveFastCGICommand() *cobra.Command {
	var o fastCGIOptions
	c := &cobra.Command{
		Use:   "fastcgi [flags] ADDR",
		Short: "Pass every request to the FastCGI program at ADDR",
		Long: `Serve a FastCGI program that is listening at ADDR: HOST:PORT, or unix:/path.

Most FastCGI programs need a process for each open connection. So connections are
closed after each request, unless the number of processes is known: reported by the
program in answer to FCGI_GET_VALUES, or given with --connections. Then at most this
many connections are open, and each is kept for 30 s. Further requests wait in line.
A request that takes longer than --timeout, including its wait, is answered 503 or
504. When a client disconnects, the program gets an abort request. The program does not
wait for a client that reads slowly (--max-spool), and one that does not read is
disconnected (--send-timeout). One that does not send its body is answered 408
(--receive-timeout).

The log names the path of a request, not its query, which may hold a secret
(--log-query).

PHP needs the path of its script. With --script, SCRIPT_FILENAME is that file,
DOCUMENT_ROOT its directory, and SCRIPT_NAME its path below that; it answers all
paths, which it finds in PATH_INFO and REQUEST_URI.` + restarts,
		Example: `  classibench serve fastcgi 127.0.0.1:9001
  classibench serve fastcgi --connections 4 unix:/run/ads.sock
  classibench serve fastcgi --script /srv/www/index.php unix:/run/php/php-fpm.sock`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.serveFastCGI(c, &o, args[0]) },
	}
	o.flags(c)
	c.Flags().StringArrayVar(&o.params, "param", nil, "`NAME=VALUE` of a FastCGI parameter to add, as --env does; or NAME (repeatable)")
	c.Flags().IntVar(&o.conns, "connections", 0, "`number` of the program's processes, which is also that of connections that are kept open (default: the number that the program reports, or else 32, closed after each request)")
	return c
}

func (p *program) serveFastCGI(c *cobra.Command, o *fastCGIOptions, addr string) error {
	params, err := assigned("--param", o.params)
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if o.conns < 0 {
		return usageError(fmt.Errorf("--connections %d is negative", o.conns), "give the number of processes of the program; with 0, the program reports it")
	}
	if path, unix := strings.CutPrefix(addr, "unix:"); unix && path == "" {
		return usageError(fmt.Errorf("serve FastCGI at %q: the path of the socket is missing", addr), "as in unix:/run/php/php-fpm.sock")
	}
	if _, _, err := net.SplitHostPort(addr); err != nil && !strings.HasPrefix(addr, "unix:") {
		return usageError(fmt.Errorf("serve FastCGI at %q: %w", addr, err), "an address is HOST:PORT, as in 127.0.0.1:9001, or unix:/path")
	}
	h := &fastcgi.Handler{
		Addr: addr, Script: o.script, Root: o.root, Env: append(o.env, params...),
		MaxConns: o.conns, MaxWaiting: o.waiting, MaxBody: int64(o.body), Timeout: o.timeout, PassAuth: o.auth, LogQuery: o.query, Logger: p.logger(),
		MaxSpool: int64(o.spool), SendTimeout: o.sending, ReceiveTimeout: o.receiving,
	}
	go warnUnreached(c.Context(), h)
	return p.serve(c.Context(), &o.listenOptions, counting(h, o.counter), "FastCGI at "+addr)
}

// unreachedAfter is the time for a program that is started together with its gateway.
const unreachedAfter = 2 * time.Second

// warnUnreached logs that nothing listens at the address of the program. This is no error:
// the program may be started later.
func warnUnreached(ctx context.Context, h *fastcgi.Handler) {
	limit := time.After(unreachedAfter)
	for {
		err := h.Reach(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-limit:
			h.Logger.Warn("FastCGI program cannot be reached", slog.Any("err", err), slog.String("hint", "start it, or correct the address; until then, requests are answered 502"))
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}
