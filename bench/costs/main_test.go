package costs_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/cgi/host"
)

// The test binary is also the gateway, like classibench: "serve cgi --listen ADDR --counter
// PATH PROGRAM ARG…".
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "serve" && os.Args[2] == "cgi" {
		if err := serveCGI(os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serveCGI(args []string) error {
	f := flag.NewFlagSet("serve cgi", flag.ExitOnError)
	listen, path := f.String("listen", "", ""), f.String(costs.CounterFlag, "", "")
	script := f.String("script", "", "")
	f.Func("env", "", func(string) error { return nil })
	dir := f.String("dir", "", "")
	if err := f.Parse(args); err != nil {
		return err
	}
	var h http.Handler = &host.Handler{Path: f.Arg(0), Args: f.Args()[1:], Script: *script, Dir: *dir, Stderr: os.Stderr}
	if *path != "" {
		h = &costs.Counter{Gateway: h, Path: *path}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return host.ListenAndServe(ctx, *listen, h)
}
