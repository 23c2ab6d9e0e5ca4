// Classibench measures what a CGI program gains by becoming a persistent server.
//
// Run "classibench compare" for a full comparison in two minutes, and "classibench help" for
// the rest. Results go to standard output, messages to standard error. Exit codes:
//
//	0    success
//	1    the answer is no: a loss of throughput, a part that is missing
//	2    wrong usage or input, including mistakes in a scenario
//	3    inconclusive
//	4    the measurement is invalid
//	130  interrupted; the partial result is saved and marked as partial
//	141  the output has no reader any more, as after "| head"; results are saved
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	catchBrokenPipes()
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it, and a handler would undo that
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
