package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// This file sends a response to its client, which may read it later than the script
// writes it.

// piece is the number of bytes that a client of another server than that of Serve
// must take within SendTimeout.
const piece = 32 << 10

// limit sets how long the client may take nothing of the response. With Serve, its
// connection knows that. Other servers without a WriteTimeout get a deadline for
// each piece.
func (rs *Response) limit() {
	if c := slowread.From(rs.r.Context()); c != nil {
		c.Begin()
		c.SetPause(rs.g.SendTimeout)
		rs.out.Client = c
		return
	}
	server, ok := rs.r.Context().Value(http.ServerContextKey).(*http.Server)
	rs.timed = ok && server.WriteTimeout <= 0
}

// send sends p to the client. The goroutine of rs.out calls it.
func (rs *Response) send(p []byte) (n int, err error) {
	size := len(p)
	if rs.timed {
		size = piece
	}
	for n < len(p) && err == nil {
		if rs.timed {
			rs.extend()
		}
		var k int
		k, err = rs.client().Write(p[n:min(n+size, len(p))])
		n += k
	}
	if err != nil {
		rs.leave(rs.sendFailure(err)) // ends the script, unless the response is whole
	}
	return n, err
}

// client returns the place where the response goes.
func (rs *Response) client() io.Writer {
	if rs.conn != nil {
		return rs.conn
	}
	return rs.w
}

// extend gives the client SendTimeout from now on, unless the response was
// interrupted.
func (rs *Response) extend() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if !rs.cut {
		rs.setWriteDeadline(time.Now().Add(cmp.Or(rs.g.SendTimeout, slowread.DefaultPause)))
	}
}

func (rs *Response) setWriteDeadline(t time.Time) {
	if rs.conn != nil {
		rs.conn.SetWriteDeadline(t)
		return
	}
	rs.ctl.SetWriteDeadline(t)
}

// flushed sends what net/http still buffers.
func (rs *Response) flushed() {
	if rs.conn == nil {
		rs.ctl.Flush()
	}
}

// interrupt makes sending fail, at the time limit or when the client leaves. The
// connection cannot be used after that. The time limit of the script does not cut
// off a client that still reads its whole response.
func (rs *Response) interrupt(ctx context.Context) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.ended || !rs.begun || rs.whole && errors.Is(context.Cause(ctx), errTimeUp) {
		return
	}
	rs.cut = true
	past := time.Unix(1, 0)
	rs.setWriteDeadline(past)
	if rs.conn != nil {
		rs.conn.SetReadDeadline(past)
	}
}

// errUnsent means that the client did not take the whole response.
var errUnsent = errors.New("send the response")

// deliver sends the rest of the response after its script, which ended with err.
// From now on, only the client and the stop of the server end it early.
func (rs *Response) deliver(client context.Context, err error) error {
	rs.mu.Lock()
	rs.whole = rs.whole || err == nil
	rs.mu.Unlock()
	stop := context.AfterFunc(client, func() { rs.interrupt(client) })
	defer stop()
	if rs.short(err) != nil {
		rs.Flush() // the response is cut off next: the client gets what the script wrote
	}
	sent := rs.out.Close()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.ended = true // interrupt leaves the connection alone
	switch {
	case rs.conn != nil:
		rs.conn.Close()
	case rs.timed && !rs.cut:
		rs.setWriteDeadline(time.Time{}) // the connection may have further requests
	}
	if sent != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return fmt.Errorf("%w: %w", errUnsent, sent)
	}
	return err
}
