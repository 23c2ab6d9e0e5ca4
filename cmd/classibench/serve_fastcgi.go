package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/cgi/host/fastcgi"
)

// fastCGIOptions are the flags of serve fastcgi.
type fastCGIOptions struct {
	serveOptions
	script string
	conns  int
}

func (p *program) serveFastCGICommand() *cobra.Command {
	var o fastCGIOptions
	c := &cobra.Command{
		Use:   "fastcgi [flags] ADDR",
		Short: "Pass every request to the FastCGI program at ADDR",
		Long: `Serve a FastCGI program that listens at ADDR already: HOST:PORT, or unix:/path.

At most --connections are open at once, each with one request at a time, and kept
for the next; further requests wait in line. A request that is not answered within
--timeout, waiting included, is answered 503 or 504. When a client leaves, the
program is told to abort its request.`,
		Example: `  classibench serve fastcgi 127.0.0.1:9001
  classibench serve fastcgi --script /srv/www/index.php unix:/run/php/php-fpm.sock`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.serveFastCGI(c, &o, args[0]) },
	}
	o.flags(c)
	c.Flags().StringVar(&o.script, "script", "", "SCRIPT_FILENAME: the `file` that PHP is to run")
	c.Flags().IntVar(&o.conns, "connections", 0, "how many may be open at once (default 32)")
	return c
}

func (p *program) serveFastCGI(c *cobra.Command, o *fastCGIOptions, addr string) error {
	if err := o.check(); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(addr); err != nil && !strings.HasPrefix(addr, "unix:") {
		return usageError(fmt.Errorf("serve FastCGI at %q: %w", addr, err), "an address is HOST:PORT, as in 127.0.0.1:9001, or unix:/path")
	}
	h := &fastcgi.Handler{
		Addr: addr, Script: o.script, Root: o.root, Env: o.env,
		MaxConns: o.conns, MaxWaiting: o.waiting, Timeout: o.timeout, Logger: p.logger(),
	}
	return p.serve(c.Context(), o.listen, h, "FastCGI at "+addr)
}
