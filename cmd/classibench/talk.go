package main

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/terminal"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/scenarios"
)

// logf prints a line for the user on standard error.
func (p *program) logf(format string, args ...any) {
	p.endView()
	fmt.Fprintln(p.stderr, terminal.Lines(fmt.Sprintf(format, args...)))
}

// endView removes the view of a run from the terminal.
func (p *program) endView() {
	if p.view != nil {
		p.view.erase()
	}
}

// textOptions returns the colors and width of standard output.
func (p *program) textOptions() reports.TextOptions {
	return reports.TextOptions{Width: width(p.stdout), Color: isTerminal(p.stdout)}
}

// printJSON prints a result as data.
func (p *program) printJSON(v any) error { return result.JSON(p.stdout, v) }

func asProblems(err error) (scenarios.Problems, bool) {
	var problems scenarios.Problems
	ok := errors.As(err, &problems)
	return problems, ok
}

// A meter shows the progress of a long step: redrawn in place on a terminal, otherwise as a
// line every few seconds.
type meter struct {
	w        io.Writer
	what     string
	terminal bool
	began    time.Time
	shown    time.Time
}

func (p *program) newMeter(what string) *meter {
	now := time.Now()
	return &meter{w: p.stderr, what: what, terminal: isTerminal(p.stderr), began: now, shown: now}
}

// update shows the progress of the step.
func (m *meter) update(done, total int) {
	pause := 5 * time.Second
	if m.terminal {
		pause = 100 * time.Millisecond
	}
	now := time.Now()
	if now.Sub(m.shown) < pause || done == 0 || total == 0 {
		return
	}
	m.shown = now
	left := time.Duration(float64(now.Sub(m.began)) * float64(total-done) / float64(done))
	line := fmt.Sprintf("%s … %d%%, %.0f s left", terminal.Line(m.what), 100*done/total, left.Seconds())
	if m.terminal {
		fmt.Fprintf(m.w, "\r\x1b[K%s", clip(line, width(m.w)-1)) // a wrapped line could not be cleared
		return
	}
	fmt.Fprintln(m.w, line)
}

// end clears the line.
func (m *meter) end() {
	if m.terminal {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}

// withoutPipeError ignores the error of an output that has no reader any more: another reason
// for the exit code is more important. run returns exitPipe if there is none.
func withoutPipeError(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}
