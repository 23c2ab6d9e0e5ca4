package handover

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/classibench/classibench/internal/drain"
)

// patience is the time that a successor has to get ready.
const patience = time.Minute

// Context returns a context that ends when parent ends, or with the cause
// drain.ErrReplaced when a successor is ready. SIGUSR2 starts a successor. If that
// fails, the reason is logged, and this process goes on. Call Context after Ready. The
// context must end before Close.
func (p *Process) Context(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(drain.WithStop(parent))
	p.watching.Go(func() {
		for p.restarts(ctx) {
			if next := p.replace(ctx); next != nil {
				cancel(drain.ErrReplaced)
				p.forwarding.Go(func() { p.forward(next) })
				return
			}
		}
		p.notify("STOPPING=1")
	})
	return ctx
}

// restarts waits for SIGUSR2, and reports false at the end of ctx, also if both have come.
func (p *Process) restarts(ctx context.Context) bool {
	select {
	case <-ctx.Done():
	case <-p.restart:
	}
	return ctx.Err() == nil
}

// forward sends later restarts on to the successor, until Close: a program that was
// replaced twice in short time must start in its last version.
func (p *Process) forward(next *os.Process) {
	for s := range p.restart {
		next.Signal(s) // fails only if it has ended
	}
}

// replace starts a successor, and returns it if it is ready, else nil.
func (p *Process) replace(ctx context.Context) *os.Process {
	p.log.Info("restarting: starting a successor")
	p.notify("RELOADING=1\n" + daemon.SdNotifyMonotonicUsec())
	next, err := p.startSuccessor(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		p.log.Info("the restart was given up: this process stops", slog.Any("err", err))
		return nil
	case err != nil:
		p.log.Error("restart failed: this process goes on", slog.Any("err", err))
		p.notify("READY=1\nSTATUS=restart failed: " + strings.ReplaceAll(err.Error(), "\n", " "))
		return nil
	}
	p.keepFiles()
	p.log.Info("the successor serves", slog.Int("pid", next.Pid))
	p.notify(fmt.Sprintf("MAINPID=%d\nREADY=1", next.Pid))
	return next
}

// startSuccessor starts this program again, with the same arguments, and waits until
// it is ready. A successor that fails, or that is not ready in time, is ended.
func (p *Process) startSuccessor(ctx context.Context) (*os.Process, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	report, theirs, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start a successor: %w", err)
	}
	defer report.Close()
	cmd, err := p.successor(theirs)
	if err == nil {
		err = cmd.Start()
	}
	closeFiles(cmd.ExtraFiles) // with theirs
	if err != nil {
		return nil, fmt.Errorf("start a successor: %w", err)
	}
	return cmd.Process, await(ctx, cmd, report)
}

// successor returns the command of a successor, which reports to the pipe.
func (p *Process) successor(pipe *os.File) (*exec.Cmd, error) {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Dir = p.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	owned := []string{fmt.Sprint(firstFD + len(p.serving))}
	for i, s := range p.serving {
		f, err := duplicate(s.l)
		if err != nil {
			cmd.ExtraFiles = append(cmd.ExtraFiles, pipe)
			return cmd, fmt.Errorf("pass on the socket %s: %w", s.l.Addr(), err)
		}
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		if s.owned {
			owned = append(owned, fmt.Sprint(firstFD+i))
		}
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, pipe)
	cmd.Env = append(os.Environ(), predecessor+"="+strings.Join(owned, " "))
	if n := len(p.serving); n > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", listenFDs, n), listenNames+"="+names(p.serving))
	}
	return cmd, nil
}

// await waits for the message of a successor. Without one it ends the successor.
func await(ctx context.Context, cmd *exec.Cmd, report *os.File) error {
	told := make(chan bool, 1)
	go func() {
		b := make([]byte, len(ready))
		n, _ := report.Read(b) // the end of the pipe means no
		told <- string(b[:n]) == ready
	}()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case ok := <-told:
		if ok {
			return nil
		}
	case <-ctx.Done():
	}
	cmd.Process.Kill() // it may have ended
	err := <-ended
	if ctx.Err() != nil {
		return fmt.Errorf("the successor, process %d, was not ready and was killed: %w", cmd.Process.Pid, context.Cause(ctx))
	}
	return fmt.Errorf("the successor, process %d, ended before it was ready (%v); its own messages come before this one", cmd.Process.Pid, err)
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close() // they were only passed on
	}
}
