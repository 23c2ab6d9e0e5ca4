package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/watchdog"
)

// guarded calls serve with a handler whose scripts end with this process, however it ends:
// a watchdog ends them and their descendants if it is killed, or if it stops without
// waiting for them. Under the supervisor of a target, that one does.
func guarded(h *host.Handler, serve func() error) (err error) {
	if target.Supervised() {
		return serve()
	}
	dog, err := watchdog.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dog.Close()) }()
	h.Env = append(h.Env, dog.Mark()...)
	return serve()
}

// untilSecondSignal returns the error of serve, which ends soon after ctx does. A second
// signal ends it at once: serve then goes on until the program exits, which it does next.
func (p *program) untilSecondSignal(ctx context.Context, serve func() error) error {
	served := make(chan error, 1)
	go func() { served <- serve() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(again)
	p.logf("stopping: requests in flight have 5 s to end (another Ctrl-C ends them at once)")
	select {
	case err := <-served:
		return err
	case <-again:
		return fail(exitInterrupted, errors.New("stopped at once by a second signal: requests in flight were cut off"), "")
	}
}
