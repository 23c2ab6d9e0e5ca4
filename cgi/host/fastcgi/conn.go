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

// errStale says that a connection broke before anything came back on it.
var errStale = errors.New("the connection broke before the application answered")

// A conn is a connection to the application.
type conn struct {
	net.Conn
	reader reader
	out    []byte // reused
	since  time.Time
	fit    bool // for another request
}

func newConn(c net.Conn) *conn {
	return &conn{Conn: c, reader: reader{br: bufio.NewReaderSize(c, 16<<10)}}
}

// inline is how much of a request is sent before the answer is looked for: less
// than what any socket buffers, so that the application cannot block us while we
// block it.
const inline = 16 << 10

// exchange passes a request and its answer.
func (c *conn) exchange(ctx context.Context, rq *host.Request, rs *host.Response) error {
	c.fit = false
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	sent := c.send(rq)
	rs.OnComplete(func() {
		if stop() {
			deadline, _ := ctx.Deadline()
			c.SetDeadline(deadline)
			stop = func() bool { return true }
		}
	})
	heard := false
	end, err := c.receive(rs, &heard)
	stopped := stop()
	if err == nil {
		c.fit = c.sent(sent) == nil && stopped && c.reader.br.Buffered() == 0 && c.SetDeadline(time.Time{}) == nil
		return end.judge(rs)
	}
	c.abandon(sent)
	switch {
	case ctx.Err() != nil && !rs.Complete():
		return context.Cause(ctx)
	case !heard && broken(err):
		return fmt.Errorf("%w: %w", errStale, err)
	}
	return err
}

// send sends a request: at once if it is small, else beside the answer. The
// channel tells when it has been sent.
func (c *conn) send(rq *host.Request) <-chan error {
	done := make(chan error, 1)
	c.out = appendParams(appendBegin(c.out[:0]), rq.Env)
	if int64(len(c.out))+rq.Length+2*headerSize <= inline {
		done <- c.sendAll(rq)
	} else {
		go func() { done <- c.sendAll(rq) }()
	}
	return done
}

// sendAll sends what out holds, and the body, cut into records and ended by an
// empty one (§5.3).
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
			if _, err := c.Write(c.out); err != nil {
				return err
			}
			c.out = c.out[:0]
		}
	}
	c.out = appendRecord(c.out, typeStdin, nil)
	_, err := c.Write(c.out)
	return err
}

// sent waits for a request to be sent, hardly longer than for the answer: who
// ended it without reading the body does not want it.
func (c *conn) sent(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Millisecond):
		c.SetDeadline(time.Unix(1, 0))
		return errors.Join(<-done, errors.New("the application did not read the request"))
	}
}

// abandon tells the application that nobody wants the answer, if it has had the
// whole question.
func (c *conn) abandon(sent <-chan error) {
	if c.sent(sent) == nil && c.SetWriteDeadline(time.Now().Add(100*time.Millisecond)) == nil {
		c.Write(appendRecord(nil, typeAbort, nil)) // the connection is closed in any case
	}
}

// receive passes the answer on until the request is ended (§5.5). Heard is set
// with the first record.
func (c *conn) receive(rs *host.Response, heard *bool) (ending, error) {
	for {
		r, err := c.reader.next()
		if err != nil {
			return ending{}, fmt.Errorf("read from the FastCGI application: %w", unexpected(err))
		}
		*heard = true
		if r.id == 0 {
			continue // a management record: we asked for none (§4)
		}
		if r.id != requestID {
			return ending{}, fmt.Errorf("not FastCGI: a record of request %d, want %d", r.id, requestID)
		}
		switch r.kind {
		case typeEnd:
			return parseEnding(r.content)
		case typeStderr:
			rs.Stderr(r.content)
		case typeStdout:
			if _, err := rs.Write(r.content); err != nil {
				return ending{}, err
			}
			if c.reader.br.Buffered() == 0 {
				rs.Flush()
			}
		default:
			return ending{}, fmt.Errorf("not FastCGI: a record of type %d from an application", r.kind)
		}
	}
}

// judge says whether the response may be taken for complete.
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
		return errors.New("the FastCGI application took one request for two")
	case unknownRole:
		return errors.New("the FastCGI application is no responder")
	}
	return fmt.Errorf("not FastCGI: protocol status %d", e.protocol)
}

// broken reports whether an error is that of a connection that the other side
// has closed.
func broken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
