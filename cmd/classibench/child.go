package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/classibench/classibench/internal/git"
)

// command is a program that this one runs for its result, such as the go command.
// It may run git, and so has none of the variables that git sets for its hooks.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(git.Clean(cmd.Environ()), git.NoLocks)
	return cmd
}

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
