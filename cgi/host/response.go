package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/classibench/classibench/internal/spool"
	"github.com/classibench/classibench/internal/wire"
)

// A Response takes a script's output, head and body, and passes it to the client.
// Its methods do not wait for the client, up to the limits of the gateway's spool.
// Only one goroutine may call them.
type Response struct {
	w    http.ResponseWriter
	ctl  *http.ResponseController
	out  *spool.Writer // to the client
	r    *http.Request
	g    *Gateway
	head []byte // the head so far, while it is incomplete
	seen int    // bytes of head in which its end was searched
	bad  *badHead
	left int64 // bytes of Content-Length still to come; -1 if there is none
	mute bool  // the response has no body: HEAD, 204, 304
	over bool  // the script wrote more than its Content-Length
	raw  bool
	nph  bool     // the script speaks HTTP itself, even if its output is not passed on raw
	conn net.Conn // the client's, if the output is passed on raw

	timed bool // the client has a deadline for each piece

	ctx   context.Context // ends at the time limit, or when the client leaves
	leave context.CancelCauseFunc

	redirect string
	complete func() // set by OnComplete; nil after its call
	held     bool   // its place in the queue is kept after it
	stderr   lines

	mu    sync.Mutex
	begun bool // the client gets a part; the responding goroutine writes it under mu
	whole bool // no more output follows: the time limit leaves the connection alone
	cut   bool // interrupt was called
	ended bool
}

func newResponse(w http.ResponseWriter, r *http.Request, g *Gateway) *Response {
	rs := &Response{w: w, ctl: http.NewResponseController(w), r: r, g: g, left: -1}
	rs.out = g.spool.Writer(writer(rs.send), rs.flushed)
	if g.lends {
		rs.out.Lend = g.line.lend
	}
	return rs
}

// Write takes the next part of the script's standard output. An error means that no
// more output is wanted: it is no valid response, or the client has left.
func (rs *Response) Write(p []byte) (int, error) {
	n := len(p)
	switch {
	case rs.raw:
		return n, rs.writeRaw(p)
	case rs.bad != nil:
		return n, rs.bad.add(p)
	case !rs.begun:
		rest, err := rs.takeHead(p)
		if err != nil || !rs.begun {
			return n, err
		}
		p = rest
	}
	return n, rs.writeBody(p)
}

// Flush sends the output so far. A complete response has been flushed already.
func (rs *Response) Flush() {
	if rs.begun && !rs.Complete() {
		rs.out.Flush()
	}
}

// Complete reports whether the response is whole: all of its Content-Length, or a
// head that has no body. The script may still run, and the client still read.
func (rs *Response) Complete() bool {
	return rs.redirect != "" || rs.begun && rs.conn == nil && (rs.left == 0 || rs.mute)
}

// OnComplete sets a function that is called when the response is whole, just before
// its last part is sent. If the client leaves after that, the script goes on.
func (rs *Response) OnComplete(f func()) { rs.complete = f }

// hold keeps the request's place in the queue until release is called.
func (rs *Response) hold() (release func()) {
	rs.held = true
	return rs.g.line.leave
}

// goOn keeps the place of a request whose script goes on after its response, until
// release is called. From now on, only the time limit ends the script. Gateway.Wait
// waits for it if the response was complete by its head: the script may not know that
// no more is wanted. A script that closed its standard output knows.
func (rs *Response) goOn() (release func()) {
	if rs.Complete() {
		return rs.Detach().End
	}
	rs.completed()
	return rs.hold()
}

func (rs *Response) completed() {
	rs.mu.Lock()
	rs.whole = true
	rs.mu.Unlock()
	if f := rs.complete; f != nil {
		rs.complete = nil
		f()
	}
}

// Stderr takes the script's output on standard error.
func (rs *Response) Stderr(p []byte) { rs.stderr.write(rs, p) }

// Failed logs that the script reported a failure, such as "exit status 1". The
// response remains valid.
func (rs *Response) Failed(how string) {
	rs.g.record(rs.r, slog.LevelWarn, "script failed", 0, errors.New(how))
}

// begin sends the head, unless it is a local redirect.
func (rs *Response) begin(h *head) {
	if h.local() {
		rs.redirect = h.location
		rs.keep(h)
		rs.completed()
		return
	}
	header := rs.w.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Location"} {
		delete(header, name) // the script's fields replace those of middleware
	}
	for name, values := range h.header {
		header[name] = append(header[name], values...)
	}
	if header.Get("Content-Type") == "" {
		header["Content-Type"] = nil // RFC 3875 §6.3.1: no guessing
	}
	rs.left = h.length
	rs.mute = rs.r.Method == http.MethodHead || h.status == http.StatusNoContent || h.status == http.StatusNotModified
	rs.start()
	wire.SetReason(rs.r, h.reason)
	rs.limit()
	rs.w.WriteHeader(h.status)
	if rs.Complete() {
		rs.completed()
		rs.out.Flush()
	}
}

// keep keeps the other fields of a local redirect for the final response, as Apache
// does: logins that redirect need their cookie.
func (rs *Response) keep(h *head) {
	for name, values := range h.header {
		switch name {
		case "Location", "Content-Type", "Content-Length", "Content-Range", "Date", "Etag", "Last-Modified":
			// These belong to the redirect itself.
		default:
			rs.w.Header()[name] = append(rs.w.Header()[name], values...)
		}
	}
}

// start marks the beginning of the response: from now on, interrupt cuts it off.
func (rs *Response) start() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.begun = true
}

func (rs *Response) writeBody(p []byte) error {
	if rs.mute || len(p) == 0 {
		return nil
	}
	if rs.left >= 0 && int64(len(p)) > rs.left {
		rs.tooMuch()
		p = p[:rs.left]
	}
	if len(p) == 0 {
		return nil
	}
	// The interrupt may have come before start, when it does not end a Write.
	if rs.ctx.Err() != nil {
		return context.Cause(rs.ctx)
	}
	if rs.left == int64(len(p)) {
		rs.completed()
	}
	n, err := rs.out.Write(p)
	if rs.left >= 0 {
		rs.left -= int64(n)
	}
	if err == nil && rs.left == 0 {
		rs.out.Flush()
	}
	return rs.sendFailure(err)
}

// sendFailure returns the reason why something could not be sent.
func (rs *Response) sendFailure(err error) error {
	switch {
	case err == nil:
		return nil
	case rs.ctx.Err() != nil:
		return context.Cause(rs.ctx)
	}
	return fmt.Errorf("send the response: %v: %w", err, context.Canceled) // the client has left
}

func (rs *Response) tooMuch() {
	if !rs.over {
		rs.over = true
		rs.g.record(rs.r, slog.LevelWarn, "script wrote more than its Content-Length", 0, errors.New("the rest was dropped"))
	}
}

// writeRaw passes on the output of a script that speaks HTTP itself. If the
// connection cannot be hijacked, as with HTTP/2, the head is parsed instead.
func (rs *Response) writeRaw(p []byte) error {
	if rs.conn == nil {
		conn, buffered, err := rs.ctl.Hijack()
		if errors.Is(err, http.ErrNotSupported) {
			rs.raw = false
			_, err := rs.Write(p)
			return err
		}
		if err != nil {
			return fmt.Errorf("take over the connection: %w", err)
		}
		rs.mu.Lock()
		rs.begun, rs.conn = true, conn
		rs.mu.Unlock()
		if err := buffered.Flush(); err != nil {
			return rs.sendFailure(err)
		}
		rs.limit()
		go rs.watch(conn)
	}
	if rs.ctx.Err() != nil {
		return context.Cause(rs.ctx)
	}
	_, err := rs.out.Write(p)
	return rs.sendFailure(err)
}

// watch cancels the request when the client leaves a hijacked connection. net/http
// watches other connections.
func (rs *Response) watch(conn net.Conn) {
	io.Copy(io.Discard, conn)
	rs.leave(nil)
}

// short returns the reason why a begun response is incomplete, or nil.
func (rs *Response) short(err error) error {
	if err == nil && rs.left > 0 {
		return fmt.Errorf("the script ended %d bytes short of its Content-Length", rs.left)
	}
	return err
}
