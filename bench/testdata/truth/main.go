// Truth measures two servers whose service times are known with "classibench
// compare", again and again, and tells how often the result is right: no errors,
// latencies that are the service times, and a gain whose interval holds the ratio
// of the two.
//
//	go run ./bench/testdata/truth -classibench ./classibench -runs 20
//
// It exits with status 1 where a latency or an error is wrong, or where fewer than
// nine in ten intervals hold the ratio.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "serve" {
		fmt.Fprintln(os.Stderr, serve(os.Args[2], os.Args[3]))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var s study
	flag.StringVar(&s.command, "classibench", "classibench", "the `program` that measures")
	flag.IntVar(&s.runs, "runs", 20, "how often to measure")
	flag.DurationVar(&s.Slow, "slow", 10*time.Millisecond, "service time of the baseline, below 12ms")
	flag.DurationVar(&s.Fast, "fast", 4*time.Millisecond, "service time of the candidate")
	out := flag.String("out", "truth.json", "`file` for the raw values")
	flag.Parse()
	right, err := s.run(ctx, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(2)
	}
	if !right {
		os.Exit(1)
	}
}
