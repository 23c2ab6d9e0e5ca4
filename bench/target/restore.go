package target

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DefaultResetTimeout is the time limit of a reset command.
const DefaultResetTimeout = time.Minute

// Restore runs the target's reset command, if it has one, and waits for its end.
// Errors are of type *StartError with the command's output, unless ctx ended.
// Processes that the command leaves running are ended.
func (t Target) Restore(ctx context.Context) error {
	if len(t.Reset) == 0 {
		return nil
	}
	limit := t.ResetTimeout
	if limit == 0 {
		limit = DefaultResetTimeout
	}
	program, err := t.find(t.Reset[0])
	if err != nil {
		var e *StartError
		if errors.As(err, &e) {
			e.Phase, e.Err = PhaseReset, fmt.Errorf("reset its data: %w", e.Err)
		}
		return err
	}
	r := newRunning(t, place{})
	if err := r.launch(ctx, order{Processes: []process{{Path: program, Args: t.Reset, Env: environment(inDir(t.Dir, t.Env)), Dir: t.Dir}}}, nil); err != nil {
		return err
	}
	r.supervisor.ready("")
	return r.finish(ctx, limit)
}

// finish waits for a command to end with success.
func (r *Running) finish(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-r.done:
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("reset the data of target %s: %w", r.target.Name, context.Cause(ctx)), r.kill())
	case <-timer.C:
		return errors.Join(r.resetError(fmt.Errorf("it took longer than %v", limit), "check whether it waits for input"), r.kill())
	}
	end, _ := errors.AsType[*EndError](r.Err())
	if end != nil && end.Status != "exit status 0" {
		return r.resetError(fmt.Errorf("it ended with %s", end.Status), "run it by hand")
	}
	return nil
}

// kill ends a command with SIGKILL.
func (r *Running) kill() error {
	r.target.StopTimeout = 0
	return r.Stop()
}

func (r *Running) resetError(err error, hint string) error {
	e := r.target.fail(PhaseReset, fmt.Errorf("reset its data with %q: %w", r.target.Reset, err), hint)
	e.Output = r.output.tail(quoted)
	return e
}
