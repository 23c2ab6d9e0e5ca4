package fastcgi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

// A brokenError means that a connection broke before the first record of the
// answer.
type brokenError struct {
	begun bool // the application may have begun: all parameters were sent
	err   error
}

func (e *brokenError) Error() string {
	return "the connection broke before the application answered: " + e.err.Error()
}

func (e *brokenError) Unwrap() error { return e.err }

// A conn is a connection to the application.
type conn struct {
	net.Conn
	reader  reader
	out     []byte // reused
	since   time.Time
	keep    bool   // the application should keep it open for another request
	fit     bool   // usable for another request
	answers func() // called when the wait for the first record ends; may be nil

	params int // offset in the sent data at which the parameters end
	sent   int // bytes of the request that were sent; read it only after sending
}

func newConn(c net.Conn, keep bool) *conn {
	return &conn{Conn: c, keep: keep, reader: reader{br: bufio.NewReaderSize(c, 16<<10)}}
}

// inline is the number of bytes that are sent before the answer is read. It is less
// than any socket buffers: otherwise we and the application could block each other.
const inline = 16 << 10

// exchange sends a request and passes on its answer. If the application goes on after
// the end of its output, the error is errClosed, and sending receives the result of
// sending the request.
func (c *conn) exchange(ctx context.Context, rq *host.Request, rs *host.Response) (sending <-chan error, err error) {
	c.fit = false
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	sending = c.send(rq)
	rs.OnComplete(func() {
		if stop() {
			deadline, _ := ctx.Deadline()
			c.SetDeadline(deadline)
			stop = func() bool { return true }
		}
	})
	heard := false
	end, err := c.receive(ctx, rs, &heard)
	if errors.Is(err, errClosed) {
		return sending, err
	}
	stopped := stop()
	if err == nil {
		c.settle(sending, stopped)
		return nil, end.judge(rs)
	}
	c.abandon(sending)
	switch {
	case ctx.Err() != nil && !rs.Complete():
		return nil, context.Cause(ctx)
	case !heard && broken(err):
		return nil, &brokenError{begun: c.sent >= c.params, err: err}
	}
	return nil, err
}

// settle decides, after the end of a request, whether the connection is fit for
// another. stopped is false if its deadline was set to end the request.
func (c *conn) settle(sending <-chan error, stopped bool) {
	c.fit = c.finish(sending) == nil && c.keep && stopped && c.reader.br.Buffered() == 0 && c.SetDeadline(time.Time{}) == nil
}

// send sends a request: at once if it is small, else in the background. The channel
// receives the result.
func (c *conn) send(rq *host.Request) <-chan error {
	done := make(chan error, 1)
	c.out = appendParams(appendBegin(c.out[:0], c.keep), rq.Env)
	c.params, c.sent = len(c.out), 0
	if int64(len(c.out))+rq.Length+2*headerSize <= inline {
		done <- c.sendAll(rq)
	} else {
		go func() { done <- c.sendAll(rq) }()
	}
	return done
}

// sendAll sends the bytes in out, and then the body as records with an empty one at
// the end (§5.3).
func (c *conn) sendAll(rq *host.Request) error {
	const piece = 32 << 10
	var content []byte
	for at := int64(0); at < rq.Length; {
		if content == nil {
			content = make([]byte, min(piece, rq.Length))
		}
		n, err := rq.Body.ReadAt(content[:min(int64(len(content)), rq.Length-at)], at)
		if n == 0 {
			return fmt.Errorf("read the body: %w", err)
		}
		c.out = appendRecord(c.out, typeStdin, content[:n])
		if at += int64(n); at < rq.Length {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	c.out = appendRecord(c.out, typeStdin, nil)
	return c.flush()
}

func (c *conn) flush() error {
	n, err := c.Write(c.out)
	c.sent += n
	c.out = c.out[:0]
	return err
}

// finish waits for the rest of a request to be sent, but only briefly after the
// answer: an application that answered without reading the body does not want it.
func (c *conn) finish(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Millisecond):
		c.SetDeadline(time.Unix(1, 0))
		return errors.Join(<-done, errors.New("the application did not read the request"))
	}
}

// abandon sends FCGI_ABORT_REQUEST if the application got the whole request.
func (c *conn) abandon(sending <-chan error) {
	if c.finish(sending) == nil && c.SetWriteDeadline(time.Now().Add(100*time.Millisecond)) == nil {
		c.Write(appendRecord(nil, typeAbort, nil)) // the connection is closed in any case
	}
}

// receive passes on the answer until the end of the request (§5.5), or fails with
// errClosed. It sets heard at the first record.
func (c *conn) receive(ctx context.Context, rs *host.Response, heard *bool) (ending, error) {
	for {
		r, err := c.reader.next()
		if err != nil {
			return ending{}, fmt.Errorf("read from the FastCGI application: %w", unexpected(err))
		}
		*heard = true
		c.answered()
		if r.id == 0 {
			continue // a management record: we requested none (§4)
		}
		if r.id != requestID {
			return ending{}, fmt.Errorf("not FastCGI: got a record of request %d, want %d", r.id, requestID)
		}
		switch r.kind {
		case typeEnd:
			return parseEnding(r.content)
		case typeStderr:
			rs.Stderr(r.content)
		case typeStdout:
			if len(r.content) == 0 && c.goesOn(ctx) {
				return ending{}, errClosed
			}
			if _, err := rs.Write(r.content); err != nil {
				return ending{}, err
			}
			if c.reader.br.Buffered() == 0 {
				rs.Flush()
			}
		default:
			return ending{}, fmt.Errorf("not FastCGI: got a record of type %d from the application", r.kind)
		}
	}
}

// answered ends the wait for an answer. Only its first call counts.
func (c *conn) answered() {
	if c.answers != nil {
		c.answers()
		c.answers = nil
	}
}

// judge reports, as an error, whether the response is incomplete.
func (e ending) judge(rs *host.Response) error {
	switch e.protocol {
	case complete:
		if e.app != 0 {
			rs.Failed(fmt.Sprintf("application status %d", e.app))
		}
		return nil
	case overloaded:
		return host.Refuse(503, errors.New("the FastCGI application is overloaded"))
	case cantMpx:
		return errors.New("the FastCGI application refused a second request on a connection, but got only one")
	case unknownRole:
		return errors.New("the FastCGI application is not a responder")
	}
	return fmt.Errorf("not FastCGI: protocol status %d", e.protocol)
}

// broken reports whether an error means that the application closed the connection.
func broken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
