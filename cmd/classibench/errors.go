package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/internal/terminal"
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
	exitPipe         = 141 // 128 + SIGPIPE: what other programs exit with after "| head"
)

// A failure is an error with a hint and the exit code of the process.
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

// hintOf returns the hint of an error of a package below: a mistake of the user, or of the
// machine.
func hintOf(err error) (hint string, ok bool) {
	if e, ok := errors.AsType[*candidate.Error](err); ok {
		return e.Hint, true
	}
	if e, ok := errors.AsType[*git.Error](err); ok {
		return e.Hint, true
	}
	if e, ok := errors.AsType[*target.StartError](err); ok {
		return candidate.StartHint(e), true
	}
	if e, ok := errors.AsType[*host.ProgramError](err); ok {
		return e.Hint, true
	}
	return "", false
}

// errInterrupted takes the place of the error of what a signal has ended.
var errInterrupted = fail(exitInterrupted, errors.New("interrupted"), "")

// interrupted reports whether an error is due to a signal that asked for the end. Contexts are
// canceled for other reasons as well, such as the end of a server that is needed: the error is
// then the reason, and not to be hidden.
func (p *program) interrupted(err error) bool {
	return errors.Is(err, context.Canceled) && p.signal != nil && p.signal()
}

// describe adds a hint to an error of a run.
func (p *program) describe(err error) error {
	var death *instance.DeathError
	var silent *bench.SilentError
	var different *bench.AnswersError
	var baseline *bench.BaselineError
	hint, ok := hintOf(err)
	switch {
	case err == nil || hinted(err):
		return err
	case p.interrupted(err):
		return errInterrupted
	case ok:
		return usageError(err, "%s", hint)
	case candidate.Full(err):
		return usageError(err, "make room there, or name another directory for temporary files with TMPDIR")
	case errors.As(err, &death):
		return fail(exitInvalid, err, "run the program by itself under load and check its log")
	case errors.As(err, &silent):
		return fail(exitInvalid, err, "send it a request by hand, and compare the answer with the text that is expected (--expect TEXT, or expect: {body: TEXT} in a scenario)")
	case errors.As(err, &different) && !different.Expected:
		return fail(exitInvalid, err, "throughputs can be compared only if the answers are the same: send the requests of the examples to both by hand")
	case errors.As(err, &different):
		return fail(exitInvalid, err, "request both by hand. If the candidate is right, name a text that every right answer contains: --expect TEXT, or expect: {body: TEXT} in a scenario")
	case errors.As(err, &baseline) && baseline.Varies:
		return fail(exitInvalid, err, "leave this request out, or give each target a --reset command that restores its data")
	case errors.As(err, &baseline):
		return fail(exitInvalid, err, "request it by hand and check the log of the program: a request that the baseline cannot answer measures nothing. The programs of a directory, as in cgi:./cgi-bin/, are served below its name: --get /cgi-bin/ads.pl. Where an error page is right, name its status in a scenario, as in expect: {status: 404}")
	case errors.Is(err, bench.ErrNoCost):
		return fail(exitInvalid, err, "the machine is too noisy, or the generator limits the throughput: run \"classibench doctor\"")
	}
	return fail(exitInvalid, err, "run it again; if it fails again, check the machine with \"classibench doctor\"")
}

// hinted reports whether an error already has a hint.
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
		fmt.Fprintf(p.stderr, "classibench: %s\n", shown(msg))
	}
	if hint != "" {
		fmt.Fprintf(p.stderr, "  hint: %s\n", shown(hint))
	}
	return code
}

// shown returns a text of an error as it may be printed.
func shown(text string) string { return terminal.Lines(shell.ConcealPasswords(text)) }

// explain returns the exit code and the hint of an error.
func explain(err error) (code int, hint string) {
	var f *failure
	if errors.As(err, &f) {
		return f.code, f.hint
	}
	hint, _ = hintOf(err)
	return exitUsage, hint
}
