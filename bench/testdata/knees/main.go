// Knees searches for the limits of servers whose limits are known, with "classibench
// capacity", again and again, and reports how often the bounds hold the truth and how far
// they are apart.
//
//	go run ./bench/testdata/knees -classibench ./classibench -runs 7
//
// The truth is the rate at which a simulation of the same queue just meets the objective in
// the long run. It exits with status 1 if fewer than 95 in 100 bounds hold it.
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
	flag.IntVar(&s.runs, "runs", 7, "how often to measure each server")
	flag.DurationVar(&s.Budget, "budget", 2*time.Minute, "`time` of each search")
	flag.StringVar(&s.only, "only", "", "`name` of the only server")
	out := flag.String("out", "knees.json", "`file` for the raw values")
	flag.Parse()
	right, err := s.run(ctx, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "knees:", err)
		os.Exit(2)
	}
	if !right {
		os.Exit(1)
	}
}
