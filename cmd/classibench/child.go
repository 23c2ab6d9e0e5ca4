package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// outlast has a measurement go on when nobody reads any more what this program says, as
// after "q" in less: by default the next line would end it, with nothing saved and its
// temporary files left. Unlike an ignored signal, a handler is not inherited by targets.
func outlast() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// unread passes over that standard output has no reader any more.
func unread(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}
