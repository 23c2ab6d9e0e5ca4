package target

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Phases of a start.
const (
	PhaseCheck  = "check"  // the target's description
	PhaseReset  = "reset"  // restoring its data
	PhaseFind   = "find"   // its program
	PhaseListen = "listen" // an address for it
	PhaseStart  = "start"  // its processes
	PhaseAwait  = "await"  // its first answer
	PhasePin    = "pin"    // its processes on its CPUs
)

// A StartError says why a target could not be started. Err says what is wrong,
// Hint what to do about it.
type StartError struct {
	Name   string // of the target
	Phase  string
	Err    error
	Output string // the last lines that it wrote
	Hint   string
}

func (e *StartError) Error() string {
	s := fmt.Sprintf("start target %s: %v", e.Name, e.Err)
	if e.Phase == PhaseAwait || e.Phase == PhaseReset {
		s += quote(e.Output)
	}
	return s
}

func (e *StartError) Unwrap() error { return e.Err }

// An EndError says how a target ended that nobody had stopped.
type EndError struct {
	Status string // such as "exit status 3" or "signal: killed"
	Output string // the last lines that it wrote
}

func (e *EndError) Error() string { return "it ended with " + e.Status + quote(e.Output) }

// What can go wrong while a target is awaited, for errors.Is.
var (
	ErrSilent = errors.New("it does not listen")
	ErrHangs  = errors.New("it accepts connections but does not answer")
	ErrWrong  = errors.New("it answers, but not as it should")
	ErrTaken  = errors.New("something else listens at its address")
)

// quote sets output off from a message.
func quote(output string) string {
	if output == "" {
		return "; it wrote nothing"
	}
	return "; the last it wrote:\n    " + strings.ReplaceAll(output, "\n", "\n    ")
}

func (t Target) fail(phase string, err error, hint string) *StartError {
	return &StartError{Name: t.Name, Phase: phase, Err: err, Hint: hint}
}

func (t Target) wrong(err error, hint string) *StartError { return t.fail(PhaseCheck, err, hint) }

// lostPort reports whether a target ended because somebody else took its port
// first.
func lostPort(err error) bool {
	var e *StartError
	if !errors.As(err, &e) {
		return false
	}
	said := strings.ToLower(e.Output)
	return strings.Contains(said, "address already in use") || strings.Contains(said, "address in use") ||
		strings.Contains(said, "eaddrinuse") || errors.Is(err, ErrTaken)
}

// joinStop adds what went wrong while cleaning up to the error that was the
// reason for it.
func joinStop(err, stop error) error {
	if stop == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(err, stop)
}
