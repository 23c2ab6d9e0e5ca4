package fastcgi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

// errClosed means that the application has closed its standard output by an empty
// record (§5.5), but has not ended the request: it goes on.
var errClosed = errors.New("the application has closed its standard output")

// moment is how long the end of a request may follow the end of its output before
// the response is ended without it.
const moment = 2 * time.Millisecond

// goesOn reports whether the application sends nothing more for a moment.
func (c *conn) goesOn(ctx context.Context) bool {
	if c.reader.br.Buffered() > 0 {
		return false
	}
	c.SetReadDeadline(time.Now().Add(moment))
	_, err := c.reader.br.Peek(1)
	deadline, _ := ctx.Deadline() // zero, if there is none, means none
	c.SetReadDeadline(deadline)
	if ctx.Err() != nil {
		c.SetDeadline(time.Unix(1, 0)) // as exchange does when ctx ends
	}
	return errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil
}

// detach ends the response, and waits for the end of the request in the background:
// until the time limit, or until the handler stops.
func (h *Handler) detach(c *conn, sending <-chan error, rs *host.Response) {
	rest := rs.Detach() // gives c the deadline of the request
	go func() {
		defer rest.End()
		defer h.idle.put(c)
		stop := context.AfterFunc(h.quit, func() { c.SetDeadline(time.Unix(1, 0)) })
		end, err := c.await(rest)
		if stopped := stop(); err == nil {
			c.settle(sending, stopped)
			if end.app != 0 {
				rest.Failed(fmt.Sprintf("application status %d", end.app))
			}
			return
		}
		c.abandon(sending)
		rest.Failed(fmt.Sprintf("after its response: %v", err))
	}()
}

// await reads to the end of a request whose response has ended.
func (c *conn) await(rest *host.Rest) (ending, error) {
	for {
		r, err := c.reader.next()
		switch {
		case err != nil:
			return ending{}, fmt.Errorf("read from the FastCGI application: %w", unexpected(err))
		case r.id != requestID:
		case r.kind == typeEnd:
			return parseEnding(r.content)
		case r.kind == typeStderr:
			rest.Stderr(r.content)
		}
	}
}
