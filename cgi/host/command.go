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
	run, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, end)
	complete := false
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
			end()
			return n, err
		}
		if !complete && rs.Complete() && stop() {
			deadline, _ := ctx.Deadline()
			stop = time.AfterFunc(time.Until(deadline), end).Stop
			complete = true
		}
		rs.Flush()
		return n, nil
	})
	if h.Logger != nil {
		cmd.Stderr = writer(func(p []byte) (int, error) { rs.Stderr(p); return len(p), nil })
	}
	if err := cmd.Start(); err != nil {
		stop()
		return startFailure(h.path, err)
	}
	err := cmd.Wait()
	stop()
	endTree(cmd.Process, true)
	return h.judgePortable(cmd, err, rs)
}

// judgePortable says whether the response may be taken for complete.
func (h *Handler) judgePortable(cmd *exec.Cmd, err error, rs *Response) error {
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return h.judge(exit.ExitCode(), exit.String(), rs)
	case errors.Is(err, exec.ErrWaitDelay), errors.Is(err, context.Canceled) && rs.Complete():
		return nil
	case err != nil:
		return fmt.Errorf("run %s: %w", h.path, err)
	}
	return nil
}
