// Classibench tells what moving a CGI program to a persistent server will gain.
//
// Run "classibench compare" for the whole story in two minutes, and
// "classibench help" for the rest. Results go to standard output, talk goes to
// standard error. Exit codes:
//
//	0    fine
//	1    the answer is no: a loss of throughput, a part that is missing
//	2    usage or input, a mistake in a scenario included
//	3    inconclusive
//	4    the measurement is invalid
//	130  interrupted; what was measured so far is saved and marked partial
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it, and a handler would undo that
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
