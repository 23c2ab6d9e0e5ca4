package load

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// A conn is a connection to the target, with its buffers. One hit uses it at a
// time.
type conn struct {
	net.Conn // the wire, or TLS on top of it
	wire     *wire
	r        *bufio.Reader
	w        *bufio.Writer
	got      int   // bytes of the answer so far
	failed   error // error of reading
	broken   bool  // not usable again, although an answer arrived
	lasting  bool  // the answer to a HEAD request keeps it open

	used  bool          // has carried an answer
	sent  time.Time     // time of the last request
	since time.Time     // start of the idle time
	idle  time.Duration // idle time before the current use
	keep  time.Duration // maximum idle time; the target may have announced less than idleLimit
}

// A wire is the connection below TLS. It counts the written bytes.
type wire struct {
	net.Conn
	alive  func() bool // see prober
	sent   int         // written bytes of the request
	failed error       // error of writing
}

func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.sent += n
	if err != nil {
		w.failed = err
	}
	return n, err
}

// Read counts the bytes, and keeps the error: fasthttp replaces the error of the
// first read.
func (k *conn) Read(b []byte) (int, error) {
	n, err := k.Conn.Read(b)
	k.got += n
	if err != nil {
		k.failed = err
	}
	return n, err
}

// dialer opens connections to one target.
type dialer struct {
	addr string
	tls  *tls.Config // nil for plain HTTP
}

// dial opens a connection, with TLS for an https target.
func (d *dialer) dial(buffer int, deadline time.Time) (*conn, error) {
	c, err := (&net.Dialer{Deadline: deadline, KeepAlive: -1}).Dial("tcp", d.addr)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: c, alive: prober(c)}
	k := &conn{Conn: w, wire: w}
	if d.tls != nil {
		secure := tls.Client(w, d.tls)
		if err := errors.Join(c.SetDeadline(deadline), secure.Handshake()); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", errHandshake, err), c.Close())
		}
		k.Conn = secure
	}
	k.r, k.w = bufio.NewReaderSize(k, buffer), bufio.NewWriter(k.Conn)
	return k, nil
}

// A body longer than longBody is written while the answer is read: it may not fit
// into the buffers of the kernel, and the target may answer before it has read the
// body.
const longBody = 32 << 10

// exchange sends a request and reads the answer. An answer counts even if the
// request could not be written completely: a target may refuse a body without
// reading it (RFC 9112 §9.6).
func (k *conn) exchange(req *fasthttp.Request, resp *fasthttp.Response) error {
	k.got, k.failed, k.lasting, k.wire.sent, k.wire.failed = 0, nil, false, 0, nil
	if len(req.Body()) > longBody {
		return k.interleave(req, resp)
	}
	if err := k.write(req); err != nil && k.wire.failed == nil {
		return err // the request itself is invalid
	}
	return k.answer(resp)
}

// interleave writes the request while it reads the answer.
func (k *conn) interleave(req *fasthttp.Request, resp *fasthttp.Response) error {
	written := make(chan error, 1)
	go func() {
		err := k.write(req)
		if err != nil && k.wire.failed == nil {
			k.SetReadDeadline(time.Unix(1, 0)) // no answer will come: end the read
		}
		written <- err
	}()
	err := k.read(resp)
	select {
	case <-written:
	default:
		k.broken = true
		k.SetWriteDeadline(time.Unix(1, 0))
		<-written
	}
	return k.verdict(err)
}

func (k *conn) write(req *fasthttp.Request) error {
	if err := req.Write(k.w); err != nil {
		return err
	}
	return k.w.Flush()
}

func (k *conn) answer(resp *fasthttp.Response) error { return k.verdict(k.read(resp)) }

// verdict returns the error of an exchange; err is the error of its answer.
func (k *conn) verdict(err error) error {
	k.broken = k.broken || k.wire.failed != nil
	switch {
	case err == nil:
		return nil
	case errors.Is(k.failed, os.ErrDeadlineExceeded):
		return fmt.Errorf("no answer in time: %w", os.ErrDeadlineExceeded)
	case k.got > 0 || k.failed == nil:
		return err
	case errors.Is(k.failed, io.EOF) && k.wire.failed != nil:
		return unaddressed(k.wire.failed)
	case errors.Is(k.failed, io.EOF):
		return fmt.Errorf("the target closed the connection before it answered: %w", io.EOF)
	}
	return unaddressed(k.failed)
}

// unaddressed removes the ports from a network error: they differ each time.
func unaddressed(err error) error {
	var e *net.OpError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// Limits of the sizes that the generator reads.
const (
	firstHeader = 16 << 10  // bytes: the header buffer of a new connection
	mostHeader  = 256 << 10 // as in Chromium
	mostBody    = 64 << 20
)

// read reads an answer. If the header is larger than the buffer, it reads again
// with a larger one.
func (k *conn) read(resp *fasthttp.Response) error {
	if resp.SkipBody { // the answer to a HEAD request
		k.lasting = k.lasts()
	}
	for {
		err := resp.ReadLimitBody(k.r, mostBody)
		var small *fasthttp.ErrSmallBuffer
		if !errors.As(err, &small) {
			return err
		}
		if k.r.Size() >= mostHeader {
			return fmt.Errorf("%w: its header is larger than %d KiB", errLarge, mostHeader>>10)
		}
		k.grow()
	}
}

// grow doubles the buffer and keeps its content.
func (k *conn) grow() {
	held, _ := k.r.Peek(k.r.Buffered())
	k.r = bufio.NewReaderSize(io.MultiReader(strings.NewReader(string(held)), k), 2*k.r.Size())
}

// errLarge means that an answer exceeds these limits.
var errLarge = errors.New("the answer is larger than the load generator reads")

// stale reports whether the failure is only that of a kept connection: the target
// closed it before it sent a byte of an answer.
func (k *conn) stale(err error) bool {
	return err != nil && k.used && k.got == 0 && classify(err).lost()
}

// reusable reports whether another request may use the connection, and notes for
// how long the target keeps it.
func (k *conn) reusable(req *fasthttp.Request, resp *fasthttp.Response) bool {
	if k.broken || k.r.Buffered() > 0 || req.ConnectionClose() || resp.ConnectionClose() && !k.lasting {
		return false
	}
	k.keep = announced(string(resp.Header.Peek("Keep-Alive")))
	return k.keep > 0
}

// idleLimit is the maximum idle time of a connection, even if the target allows
// more.
const idleLimit = 30 * time.Second

// announced returns the maximum idle time for a Keep-Alive field such as
// "timeout=5, max=100" (RFC 2068 §19.7.1.1). It is a tenth shorter than the
// timeout, so that the target does not close the connection while a request is on
// its way.
func announced(keepAlive string) time.Duration {
	keep := idleLimit
	if keepAlive == "" {
		return keep
	}
	for p := range strings.SplitSeq(keepAlive, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		n, err := strconv.Atoi(strings.Trim(value, `" `))
		switch name = strings.ToLower(name); {
		case err != nil || n < 0:
		case name == "timeout":
			t := time.Duration(min(n, 3600)) * time.Second
			keep = min(keep, t-max(t/10, 100*time.Millisecond))
		case name == "max" && n == 0:
			return 0
		}
	}
	return keep
}
