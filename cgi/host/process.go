package host

import (
	"context"
	"time"
)

// A child is a running script: the leader of a process group.
type child interface {
	// relay passes on the script's output until its standard output ends in every
	// process that holds it (RFC 3875 §6.4), or until the response is complete. It
	// fails once end was called.
	relay(rs *Response) error
	// exited reports whether the process has ended. After the end of its output, it
	// waits for a process that is about to end.
	exited() bool
	// follow reads the output that comes after a complete response, as long as a
	// script needs that ends then. It reports whether the process has ended.
	follow(rs *Response) bool
	// wait waits for the end of the process and frees its number.
	wait() exit
	// end sends SIGTERM to the group, and SIGKILL after the grace. The first reason
	// is kept. After wait, end does nothing.
	end(why error)
	// group is the number of the process group.
	group() int
	// drain reads all that the pipes hold now, and reports whether all of them are
	// at their end.
	drain(rs *Response) bool
	// pump reads the pipes in the background, until they end or are closed; then it
	// closes the channel.
	pump() <-chan struct{}
	// close closes the pipes.
	close()
}

// An exit describes how a process ended.
type exit struct {
	code int    // -1 after a signal
	how  string // such as "exit status 1"
	why  error  // the reason of end; nil if end was not called
	late bool   // the process closed its standard output first, and went on
}

// attend passes on a script's response and waits for its end. A script that goes on
// after its response becomes a leftover, so that the connection is free for the next
// request.
func (h *Handler) attend(ctx context.Context, c child, rs *Response) error {
	stop := context.AfterFunc(ctx, func() { c.end(context.Cause(ctx)) })
	rs.OnComplete(func() {
		if stop() {
			deadline, _ := ctx.Deadline()
			stop = time.AfterFunc(time.Until(deadline), func() { c.end(errTimeUp) }).Stop
		}
	})
	if err := c.relay(rs); err != nil {
		c.end(err)
	} else if !c.exited() {
		h.left.add(&leftover{child: c, rs: rs, alive: true, stop: func() { stop() }, release: rs.goOn()})
		return nil
	}
	e := c.wait()
	stop()
	return h.conclude(c, e, rs)
}

// conclude hands the background jobs of an ended script to the leftovers, and
// judges its exit.
func (h *Handler) conclude(c child, e exit, rs *Response) error {
	ended := c.drain(rs)
	switch {
	case e.why != nil:
		c.close()
		if groupAlive(c.group()) {
			h.groups.Go(func() { endGroup(c.group()) })
		}
		return e.why
	case !ended || groupAlive(c.group()):
		h.left.add(&leftover{child: c, rs: rs})
	default:
		c.close()
	}
	if e.code == 0 {
		return nil
	}
	return judge(e, rs)
}
