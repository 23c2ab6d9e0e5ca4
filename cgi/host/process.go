package host

import (
	"context"
	"time"
)

// A child is a script at work: a process at the head of a process group.
type child interface {
	// relay passes on what the script writes until its standard output is at its
	// end (RFC 3875 §6.4), whoever else holds that, or until the response is
	// complete and the process has ended. It fails once end was called.
	relay(rs *Response) error
	// exited reports whether the process has ended. It waits for one that is
	// about to.
	exited() bool
	// wait waits for the process to end and frees its number.
	wait() exit
	// end asks the group to end, and kills it after the grace. The first reason
	// counts; after wait there is nothing to end.
	end(why error)
	// group is the number of the process group.
	group() int
	// drain reads what is in the pipes now, and reports whether all of them are
	// at their end.
	drain(rs *Response) bool
	// pump reads the pipes in the background, until they are at their end or
	// closed; it closes the channel then.
	pump(stderr func([]byte)) <-chan struct{}
	// close closes the pipes.
	close()
}

// An exit is how a process ended.
type exit struct {
	code int    // -1 after a signal
	how  string // such as "exit status 1"
	why  error  // why it was ended early; nil if it was not
}

// attend passes on a script's response and waits for its end. A script that goes
// on after the end of its standard output becomes a leftover.
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
		rs.completed() // from here on, only the time limit ends it
		h.left.add(&leftover{child: c, rs: rs, alive: true, stop: func() { stop() }, release: rs.hold()})
		return nil
	}
	e := c.wait()
	stop()
	return h.conclude(c, e, rs)
}

// conclude attends to what a script left behind that has ended, and judges it.
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
	return judge(e.code, e.how, rs)
}
