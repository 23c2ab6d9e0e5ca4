package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// grace is how long processes may take to end after SIGTERM.
const grace = 500 * time.Millisecond

// A writer makes a function an io.Writer.
type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// runPortable answers a request with a process where the system is not Linux,
// or an old one. A pipe that others hold open after the script's end delays the
// end of the response, by the grace at most.
func (h *Handler) runPortable(ctx context.Context, rq *Request, rs *Response) error {
	run, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	stop := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
	rs.OnComplete(func() {
		if stop() {
			deadline, _ := ctx.Deadline()
			stop = time.AfterFunc(time.Until(deadline), func() { end(errTimeUp) }).Stop
		}
	})
	cmd := exec.CommandContext(run, h.path, h.Args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = h.dir, rq.Env, groupAttr()
	cmd.Cancel = func() error { return endTree(cmd.Process, false) }
	cmd.WaitDelay = grace
	if rq.Body != nil {
		cmd.Stdin = io.NewSectionReader(rq.Body, 0, rq.Length)
	}
	cmd.Stdout = writer(func(p []byte) (int, error) {
		n, err := rs.Write(p)
		if err != nil {
			end(err)
		}
		rs.Flush()
		return n, err
	})
	switch {
	case h.Stderr != nil:
		cmd.Stderr = h.Stderr
	case h.Logger != nil:
		cmd.Stderr = writer(func(p []byte) (int, error) { rs.Stderr(p); return len(p), nil })
	}
	if err := cmd.Start(); err != nil {
		stop()
		return startFailure(h.path, err)
	}
	err := cmd.Wait()
	stop()
	endTree(cmd.Process, true)
	if why := context.Cause(run); why != nil {
		return why
	}
	return h.judgePortable(err, rs)
}

// judgePortable says whether the response may be taken for complete.
func (h *Handler) judgePortable(err error, rs *Response) error {
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return judge(exit.ExitCode(), exit.String(), rs)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return fmt.Errorf("run %s: %w", h.path, err)
	}
	return nil
}
