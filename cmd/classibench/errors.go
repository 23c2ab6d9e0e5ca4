package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/scenarios"
)

// The exit codes of the command.
const (
	exitFine         = 0
	exitNo           = 1
	exitUsage        = 2
	exitInconclusive = 3
	exitInvalid      = 4
	exitInterrupted  = 130 // 128 + SIGINT, as shells count
)

// A failure is an error with what to do about it and how the process ends.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func fail(code int, err error, hint string, args ...any) error {
	return &failure{code, err, fmt.Sprintf(hint, args...)}
}

func usageError(err error, hint string, args ...any) error {
	return fail(exitUsage, err, hint, args...)
}

// gitError is an error of package git as one of this command.
func gitError(err error) error {
	if e, ok := errors.AsType[*git.Error](err); ok {
		return usageError(err, "%s", e.Hint)
	}
	return err
}

// hinted reports whether an error says already what to do.
func hinted(err error) bool {
	var f *failure
	return errors.As(err, &f)
}

// report prints err with its hint, once, and returns the exit code.
func (p *program) report(err error) int {
	code, hint := explain(err)
	var problems scenarios.Problems
	if errors.As(err, &problems) {
		problems.Print(p.stderr, isTerminal(p.stderr))
		return code
	}
	if msg := strings.TrimSpace(err.Error()); msg != "" {
		fmt.Fprintf(p.stderr, "classibench: %s\n", msg)
	}
	if hint != "" {
		fmt.Fprintf(p.stderr, "  hint: %s\n", hint)
	}
	return code
}

// explain finds the exit code and the hint of an error.
func explain(err error) (code int, hint string) {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f.code, f.hint
	case errors.Is(err, context.Canceled):
		return exitInterrupted, ""
	}
	return exitUsage, ""
}
