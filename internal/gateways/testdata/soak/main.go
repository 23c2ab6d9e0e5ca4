// Soak sends requests to our gateways of which nine in ten are faulty: clients that leave
// at any moment, scripts that crash, hang, answer nonsense or leave children. Then it
// compares memory, descriptors, processes and temporary files with those before.
//
//	go build -o /tmp/classibench ./cmd/classibench
//	go run ./internal/gateways/testdata/soak -classibench /tmp/classibench -requests 100000 -clients 64
//
// It exits with status 1 where something is left, or where a request was answered wrongly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/classibench/classibench/persistent"
)

// programRole is the first argument of the child that is a FastCGI program.
const programRole = "program"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) == 3 && os.Args[1] == programRole {
		exit((&persistent.Server{Addr: os.Args[2], FastCGI: true, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}).Serve(ctx, program()))
	}
	var s study
	flag.StringVar(&s.command, "classibench", "classibench", "the `program` whose gateways are tried")
	flag.IntVar(&s.requests, "requests", 100_000, "requests to each gateway")
	flag.IntVar(&s.clients, "clients", 64, "clients that ask at the same time")
	flag.DurationVar(&s.timeout, "timeout", 5*time.Second, "limit of the gateways for a request; a program that hangs takes as long")
	flag.Parse()
	exit(s.run(ctx))
}

// errLeft means that something is left, or that an answer was wrong.
var errLeft = errors.New("something is left, or was answered wrongly")

func exit(err error) {
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, "soak:", err)
	if errors.Is(err, errLeft) {
		os.Exit(1)
	}
	os.Exit(2)
}
