package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// grace is the time between SIGTERM and SIGKILL.
const grace = 500 * time.Millisecond

// A writer adapts a function to io.Writer.
type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// A command runs a script with os/exec: on systems other than Linux, or on Linux
// before 5.3.
type command struct {
	cmd    *exec.Cmd
	stdout *os.File
	stderr *os.File      // nil if it is not logged
	ended  chan struct{} // closed when the process has ended
	err    error         // of Wait
	logged chan struct{} // closed at the end of stderr

	outlived bool // it closed its standard output and went on

	mu     sync.Mutex
	why    error // the reason of end
	over   bool  // its pid may be reused
	killer *time.Timer
}

// runPortable answers a request with a command.
func (h *Handler) runPortable(ctx context.Context, rq *Request, rs *Response) error {
	c, err := h.startCommand(rq, rs)
	if err != nil {
		return err
	}
	return h.attend(ctx, c, rs)
}

func (h *Handler) startCommand(rq *Request, rs *Response) (*command, error) {
	path, dir := h.program(rq)
	c := &command{cmd: exec.Command(path, h.Args...), ended: make(chan struct{}), logged: make(chan struct{})}
	c.cmd.Dir, c.cmd.Env, c.cmd.SysProcAttr = dir, rq.Env, groupAttr()
	if rq.Body != nil {
		c.cmd.Stdin = io.NewSectionReader(rq.Body, 0, rq.Length)
		c.cmd.WaitDelay = grace // the script may not read its body
	}
	given, err := c.pipes(h)
	if err == nil {
		err = c.cmd.Start()
	}
	closeFiles(given)
	if err != nil {
		c.close()
		return nil, h.startFailure(rq, err)
	}
	go c.await()
	go c.log(rs)
	return c, nil
}

// pipes makes the pipes; given are the script's ends.
func (c *command) pipes(h *Handler) (given []*os.File, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c.stdout, c.cmd.Stdout, given = r, w, append(given, w)
	switch {
	case h.Stderr != nil:
		c.cmd.Stderr = h.Stderr
	case h.Logger != nil:
		if r, w, err = os.Pipe(); err != nil {
			return given, err
		}
		c.stderr, c.cmd.Stderr, given = r, w, append(given, w)
	}
	return given, nil
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func (c *command) await() {
	c.err = c.cmd.Wait()
	close(c.ended)
}

// log logs standard error to its end. It does not use rs.stderr, because the
// response may end first.
func (c *command) log(rs *Response) {
	defer close(c.logged)
	if c.stderr == nil {
		return
	}
	var l lines
	io.Copy(writer(func(p []byte) (int, error) { l.write(rs, p); return len(p), nil }), c.stderr)
	l.end(rs)
}

// relay returns as soon as the response is complete. A process that goes on becomes
// a leftover.
func (c *command) relay(rs *Response) error {
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	for !rs.Complete() {
		n, err := c.stdout.Read(buffer[:])
		if n > 0 {
			if _, err := rs.Write(buffer[:n]); err != nil {
				return err
			}
			rs.Flush()
		}
		if err != nil {
			c.outlived = outlives(c.cmd.Process.Pid)
			return c.cause() // nil at the end of the pipe
		}
	}
	return nil
}

func (c *command) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// exited waits a moment: os/exec does not show whether a process is about to end.
func (c *command) exited() bool {
	select {
	case <-c.ended:
		return true
	case <-time.After(grace / 10):
		return false
	}
}

func (c *command) end(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.why != nil {
		return
	}
	c.why = why
	endTree(c.cmd.Process, false)
	c.killer = time.AfterFunc(grace, c.kill)
	c.stdout.SetReadDeadline(time.Unix(1, 0))
}

func (c *command) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		endTree(c.cmd.Process, true)
	}
}

func (c *command) wait() exit {
	<-c.ended
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.killer != nil {
		c.killer.Stop()
	}
	var failed *exec.ExitError
	switch {
	case errors.As(c.err, &failed):
		return exit{failed.ExitCode(), failed.String(), c.why, c.outlived}
	case c.err != nil && !errors.Is(c.err, exec.ErrWaitDelay):
		return exit{why: fmt.Errorf("run %s: %w", c.cmd.Path, c.err)}
	}
	return exit{why: c.why}
}

func (c *command) group() int { return c.cmd.Process.Pid }

// drain waits a moment for the end of standard error.
func (c *command) drain(*Response) bool {
	select {
	case <-c.logged:
		return true
	case <-time.After(grace / 10):
		return false
	}
}

// follow leaves that to pump: os/exec does not show whether a process is about to end.
func (c *command) follow(*Response) bool { return false }

func (c *command) pump() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.stdout.SetReadDeadline(time.Time{})
		io.Copy(io.Discard, c.stdout)
		<-c.logged
	}()
	return done
}

func (c *command) close() {
	for _, f := range []*os.File{c.stdout, c.stderr} {
		if f != nil {
			f.Close()
		}
	}
}
