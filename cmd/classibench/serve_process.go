package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/handover"
)

// listenOptions are the flags that all gateways share.
type listenOptions struct {
	listen  string
	public  bool
	pidFile string

	succeed func(context.Context) // called before a predecessor stops serving; may be nil
}

func (o *listenOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` to listen on: HOST:PORT, or unix:/path")
	f.BoolVar(&o.public, "public", false, "allow an address that other machines reach")
	f.StringVar(&o.pidFile, "pidfile", "", "`path` of a file that gets the id of the gateway's process")
}

func (o *listenOptions) check() error { return loopbackOnly(o.listen, o.public) }

// restarts is what the help texts of the gateways have in common.
const restarts = `

SIGUSR2 starts the gateway again, with the same arguments. The new process gets the
listening socket, and the old one answers the requests in flight, so that no
connection is refused. A socket that systemd passes (LISTEN_FDS) takes the place of
--listen.`

// serve serves h until ctx ends, or until a successor has taken over the socket.
func (p *program) serve(ctx context.Context, o *listenOptions, h http.Handler, what string) error {
	process, err := handover.New(p.logger())
	if err != nil {
		return usageError(err, "check the unit of the socket: ListenStream=, Accept=no")
	}
	process.PIDFile = o.pidFile
	return errors.Join(p.serveProcess(ctx, process, o, h, what), process.Close())
}

func (p *program) serveProcess(ctx context.Context, process *handover.Process, o *listenOptions, h http.Handler, what string) error {
	if process.Has(handover.Admin) {
		return usageError(errors.New(`a socket with the name "admin" was passed: the gateway has no admin address`), "set another FileDescriptorName= in the unit of the socket")
	}
	l, err := process.Listen(handover.Site, o.listen, "")
	if err != nil {
		return explainListen(o.listen, err)
	}
	if o.succeed != nil && process.Successor() {
		o.succeed(ctx)
	}
	if err := process.Ready(); err != nil {
		return usageError(errors.Join(err, l.Close()), "choose another path with --pidfile")
	}
	p.logf("serving %s on %s (Ctrl-C ends it)", what, servedAt(l))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = p.untilSecondSignal(ctx, func() error { return host.Serve(process.Context(ctx), l, h) })
	if errors.Is(err, context.DeadlineExceeded) { // requests were cut off
		return fail(exitNo, err, "")
	}
	return err
}

// servedAt returns the URL of a listener, or the path of a Unix socket.
func servedAt(l net.Listener) string {
	if l.Addr().Network() == "unix" {
		return "unix:" + l.Addr().String()
	}
	return fmt.Sprintf("http://%s", l.Addr())
}
