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
	"time"
)

// A Response takes what a script writes, head and body, and passes it to the
// client. Its methods are for one goroutine.
type Response struct {
	w    http.ResponseWriter
	ctl  *http.ResponseController
	r    *http.Request
	g    *Gateway
	head []byte // what there is of a head that is not complete
	left int64  // how much of the body's Content-Length is to come; -1 if not known
	mute bool   // the response has no body: HEAD, 204, 304
	over bool   // the script wrote more than it had said
	raw  bool
	nph  bool     // the script speaks HTTP itself, whether or not that is passed on raw
	conn net.Conn // of a script that speaks HTTP itself

	ctx    context.Context // ends with the time, or when the client leaves
	cancel context.CancelFunc

	redirect string
	complete func() // from OnComplete; nil once it was called
	held     bool   // its place in line outlives it
	stderr   lines

	mu    sync.Mutex
	begun bool // something was sent: written by the goroutine that responds, under mu
	ended bool
}

func newResponse(w http.ResponseWriter, r *http.Request, g *Gateway) *Response {
	return &Response{w: w, ctl: http.NewResponseController(w), r: r, g: g, left: -1}
}

// Write takes the next part of what the script writes to standard output. An
// error means that nothing more is wanted: what was written is no response, or
// the client is gone.
func (rs *Response) Write(p []byte) (int, error) {
	n := len(p)
	if rs.raw {
		return n, rs.writeRaw(p)
	}
	if !rs.begun {
		rest, err := rs.takeHead(p)
		if err != nil || !rs.begun {
			return n, err
		}
		p = rest
	}
	return n, rs.writeBody(p)
}

// Flush sends what was written so far. A response that is complete was flushed
// already.
func (rs *Response) Flush() {
	if rs.begun && rs.conn == nil && !rs.Complete() {
		rs.ctl.Flush()
	}
}

// Complete reports whether the client has the whole response, whatever the
// script does now: all of its Content-Length, or a head that no body may follow.
func (rs *Response) Complete() bool {
	return rs.redirect != "" || rs.begun && rs.conn == nil && (rs.left == 0 || rs.mute)
}

// OnComplete sets a function to be called when the response is about to become
// complete, before its last part is sent. That the client leaves after that is no
// reason to disturb the script.
func (rs *Response) OnComplete(f func()) { rs.complete = f }

// hold keeps the request's place in line until release is called.
func (rs *Response) hold() (release func()) {
	rs.held = true
	return rs.g.line.leave
}

func (rs *Response) completed() {
	if f := rs.complete; f != nil {
		rs.complete = nil
		f()
	}
}

// Stderr takes what the script writes to standard error.
func (rs *Response) Stderr(p []byte) { rs.stderr.write(rs, p) }

// Failed records that the script says of itself that it failed: how, as in "exit
// status 1". The response stands.
func (rs *Response) Failed(how string) {
	rs.g.record(rs.r, slog.LevelWarn, "script failed", 0, errors.New(how))
}

// takeHead collects the head; when it is complete, the response begins. It
// returns what follows the head.
func (rs *Response) takeHead(p []byte) ([]byte, error) {
	if rs.redirect != "" {
		return nil, nil
	}
	whole := p
	if len(rs.head) > 0 {
		rs.head = append(rs.head, p...)
		whole = rs.head
	}
	end := headEnd(whole)
	switch {
	case end > maxHead || end < 0 && len(whole) > maxHead:
		return nil, fmt.Errorf("the head of the response is longer than %d bytes", maxHead)
	case end < 0:
		rs.head = append(rs.head[:0], whole...)
		return nil, nil
	}
	h, err := parseHead(whole[:end], rs.nph)
	if err != nil {
		return nil, fmt.Errorf("the head of the response is not by RFC 3875: %w", err)
	}
	rs.begin(h)
	return whole[end:], nil
}

// begin sends a head, unless it is a local redirect.
func (rs *Response) begin(h *head) {
	if h.local() {
		rs.redirect = h.location
		rs.keep(h)
		rs.completed()
		return
	}
	header := rs.w.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Location"} {
		delete(header, name) // the script's word counts, not that of middleware
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
	rs.w.WriteHeader(h.status)
	if rs.Complete() {
		rs.completed()
		rs.ctl.Flush()
	}
}

// keep keeps the fields of a local redirect for the response that it leads to, as
// Apache does: logins that redirect depend on their cookie.
func (rs *Response) keep(h *head) {
	for name, values := range h.header {
		switch name {
		case "Location", "Content-Type", "Content-Length", "Content-Range", "Date", "Etag", "Last-Modified":
			// They are about the redirect itself.
		default:
			rs.w.Header()[name] = append(rs.w.Header()[name], values...)
		}
	}
}

// start marks that the response begins: from here on, interrupt breaks it off.
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
	// Interrupt ends a Write that blocks, but only one after start.
	if rs.ctx.Err() != nil {
		return context.Cause(rs.ctx)
	}
	if rs.left == int64(len(p)) {
		rs.completed()
	}
	n, err := rs.w.Write(p)
	if rs.left >= 0 {
		rs.left -= int64(n)
	}
	if err == nil && rs.left == 0 {
		rs.ctl.Flush()
	}
	return rs.sendFailure(err)
}

// sendFailure says why something could not be sent.
func (rs *Response) sendFailure(err error) error {
	switch {
	case err == nil:
		return nil
	case rs.ctx.Err() != nil:
		return context.Cause(rs.ctx)
	}
	return fmt.Errorf("send the response: %v: %w", err, context.Canceled) // the client is gone
}

func (rs *Response) tooMuch() {
	if !rs.over {
		rs.over = true
		rs.g.record(rs.r, slog.LevelWarn, "script wrote more than its Content-Length", 0, errors.New("the rest is dropped"))
	}
}

// writeRaw passes on what a script says that speaks HTTP itself. Where the
// connection cannot be had, as with HTTP/2, its head is understood instead.
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
		go rs.watch(conn)
	}
	if rs.ctx.Err() != nil {
		return context.Cause(rs.ctx)
	}
	_, err := rs.conn.Write(p)
	return rs.sendFailure(err)
}

// watch notices that the client of a taken over connection leaves; of others,
// net/http does.
func (rs *Response) watch(conn net.Conn) {
	io.Copy(io.Discard, conn)
	rs.cancel()
}

// interrupt has a Write fail that blocks, when the time is up or the client is
// gone: the connection is of no use after that.
func (rs *Response) interrupt() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	switch past := time.Unix(1, 0); {
	case rs.ended || !rs.begun:
	case rs.conn != nil:
		rs.conn.SetDeadline(past)
	default:
		rs.ctl.SetWriteDeadline(past)
	}
}

// end says that the script is done: the connection is not touched any more.
func (rs *Response) end() {
	rs.stderr.end(rs)
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.ended = true
	if rs.conn != nil {
		rs.conn.Close()
	}
}

// unanswered is what is wrong with a script that ended before its head did.
func (rs *Response) unanswered() error {
	if len(rs.head) == 0 {
		return errors.New("the script's output ended without a word")
	}
	return fmt.Errorf("the script's output ended within the head of its response: %.100q", rs.head)
}

// short says why a response that began is not complete, or nil.
func (rs *Response) short(err error) error {
	if err == nil && rs.left > 0 {
		return fmt.Errorf("the script ended %d bytes short of its Content-Length", rs.left)
	}
	return err
}
