package target

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Phases of a start.
const (
	PhaseCheck  = "check"  // checking the target's description
	PhaseReset  = "reset"  // restoring its data
	PhaseFind   = "find"   // finding its program
	PhaseListen = "listen" // finding an address for it
	PhaseStart  = "start"  // starting its processes
	PhaseAwait  = "await"  // waiting for its first answer
	PhasePin    = "pin"    // keeping its processes on its CPUs
)

// A StartError is the reason why a target could not be started. Hint says how to
// correct it.
type StartError struct {
	Name   string // name of the target
	Phase  string
	Err    error
	Output string // last lines of its output
	Hint   string

	attached bool // it runs already, so its output is not known
}

func (e *StartError) Error() string {
	s := fmt.Sprintf("start target %s: %v", e.Name, e.Err)
	if (e.Phase == PhaseAwait || e.Phase == PhaseReset) && !(e.attached && e.Output == "") {
		s += quote(e.Output)
	}
	return s
}

func (e *StartError) Unwrap() error { return e.Err }

// An EndError is the unexpected end of a target.
type EndError struct {
	Status string // such as "exit status 3" or "signal: killed"
	Output string // last lines of its output
}

func (e *EndError) Error() string { return "it ended with " + e.Status + quote(e.Output) }

// labelled adds the name of a process to its status.
func labelled(status, label string) string {
	if label == "" {
		return status
	}
	return status + " (" + label + ")"
}

// Failures of a target to answer, for errors.Is.
var (
	ErrSilent = errors.New("it does not listen")
	ErrHangs  = errors.New("it accepts connections but does not answer")
	ErrWrong  = errors.New("its answer is wrong")
	ErrTaken  = errors.New("another program listens at its address")
)

// quote formats output for a message.
func quote(output string) string {
	if output == "" {
		return "; it wrote no output"
	}
	return "; its last output:\n    " + strings.ReplaceAll(output, "\n", "\n    ")
}

func (t Target) fail(phase string, err error, hint string) *StartError {
	return &StartError{Name: t.Name, Phase: phase, Err: err, Hint: hint, attached: t.Attached()}
}

func (t Target) wrong(err error, hint string) *StartError { return t.fail(PhaseCheck, err, hint) }

// lostPort reports whether a target ended because another program took its port
// first.
func lostPort(err error) bool {
	var e *StartError
	if !errors.As(err, &e) {
		return false
	}
	output := strings.ToLower(e.Output)
	return strings.Contains(output, "address already in use") || strings.Contains(output, "address in use") ||
		strings.Contains(output, "eaddrinuse") || errors.Is(err, ErrTaken)
}

// joinStop adds an error of the cleanup to the error that was its reason.
func joinStop(err, stop error) error {
	if stop == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(err, stop)
}
