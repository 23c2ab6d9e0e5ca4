package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/persistent/balance"
)

// balanceOptions are the flags of serve balance.
type balanceOptions struct {
	listenOptions
	counter string
}

func (p *program) serveBalanceCommand() *cobra.Command {
	var o balanceOptions
	c := &cobra.Command{
		Use:   "balance [flags] ADDR...",
		Short: "Spread requests over the instances of a server at each ADDR",
		Long: `Spread requests over several instances of an HTTP server, which listen at the
addresses: HOST:PORT, or unix:/path.

Each request goes to the instance with the fewest requests in progress. Connections
are kept on both sides. Bodies are passed on as they come, and so are connections
that are upgraded, such as WebSockets. There are no sessions: any instance gets any
request, so instances must share what visitors leave behind, in a database.

An instance that accepts no connection is reported, and skipped for a second at a
time. After a restart with SIGUSR2, the new process looks which instances are up
before its first request. A request that has reached an instance is not sent to
another one.

Host and the path stay as they are. X-Forwarded-For gets the client's address.
X-Forwarded-* and Forwarded are kept from a client on this machine, such as a proxy
that speaks TLS, and replaced from any other.` + restarts,
		Example: `  classibench serve balance 127.0.0.1:9001 127.0.0.1:9002 127.0.0.1:9003
  classibench serve balance --listen 127.0.0.1:80 unix:/run/ads-1.sock unix:/run/ads-2.sock`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.serveBalance(c, o, args) },
	}
	o.flags(c)
	counterFlag(c, &o.counter)
	return c
}

// counterFlag adds the hidden flag with which compare reads what a gateway has used.
func counterFlag(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, costs.CounterFlag, "", "`path` at which the gateway reports the CPU time of its programs")
	if err := c.Flags().MarkHidden(costs.CounterFlag); err != nil {
		panic(err)
	}
}

func (p *program) serveBalance(c *cobra.Command, o balanceOptions, addrs []string) error {
	if err := o.check(); err != nil {
		return err
	}
	if slices.Contains(addrs, o.listen) {
		return usageError(fmt.Errorf("serve balance: %s is the address of the balancer itself", o.listen), "give it another one with --listen")
	}
	b, err := balance.New(addrs, balance.Options{Logger: p.logger()})
	if bad := new(balance.AddressError); errors.As(err, &bad) {
		return usageError(fmt.Errorf("serve balance: %w", err), "name the address of each instance, as in classibench serve balance 127.0.0.1:9001 127.0.0.1:9002")
	}
	if err != nil {
		return err
	}
	o.succeed = b.Check
	what := unit.Count(len(addrs), "instance") + " at " + strings.Join(addrs, ", ")
	return p.serve(c.Context(), &o.listenOptions, counting(b, o.counter), what)
}
