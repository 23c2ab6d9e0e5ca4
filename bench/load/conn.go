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

// A conn is a connection to the target with its buffers. One hit has it at a time.
type conn struct {
	net.Conn // what requests are written to and answers are read from: the wire, or TLS upon it
	wire     *wire
	r        *bufio.Reader
	w        *bufio.Writer
	got      int   // bytes of the answer that have come
	failed   error // of reading
	broken   bool  // it must not be used again, although an answer came
	lasting  bool  // the answer to a HEAD request leaves it open

	used  bool          // it has carried an answer
	sent  time.Time     // when the last request was
	since time.Time     // it is idle since then
	idle  time.Duration // how long it had been idle when it was taken into use
	keep  time.Duration // how long it may be idle; the target may have announced less than we allow
}

// A wire is the connection below TLS. It knows how much was written.
type wire struct {
	net.Conn
	alive  func() bool // see prober
	sent   int         // bytes of the request that were written
	failed error       // of writing
}

func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.sent += n
	if err != nil {
		w.failed = err
	}
	return n, err
}

// Read counts, and keeps the error: fasthttp replaces the one of a first read.
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

// dial opens a connection, with TLS if the target wants that.
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

// A body longer than this is written while the answer is awaited: it may not fit
// into what the kernel holds, and the target may answer before it has read it.
const longBody = 32 << 10

// exchange sends a request and reads the answer. An answer that comes although the
// request could not be written to its end counts: a target may refuse a body
// without reading it (RFC 9112 §9.6).
func (k *conn) exchange(req *fasthttp.Request, resp *fasthttp.Response) error {
	k.got, k.failed, k.lasting, k.wire.sent, k.wire.failed = 0, nil, false, 0, nil
	if len(req.Body()) > longBody {
		return k.interleave(req, resp)
	}
	if err := k.write(req); err != nil && k.wire.failed == nil {
		return err // the request itself is wrong
	}
	return k.answer(resp)
}

// interleave writes while it reads.
func (k *conn) interleave(req *fasthttp.Request, resp *fasthttp.Response) error {
	written := make(chan error, 1)
	go func() {
		err := k.write(req)
		if err != nil && k.wire.failed == nil {
			k.SetReadDeadline(time.Unix(1, 0)) // there is nothing to wait for
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

// verdict is the error of an exchange, given that of its answer.
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
		return fmt.Errorf("the connection was closed before an answer came: %w", io.EOF)
	}
	return unaddressed(k.failed)
}

// unaddressed is an error of the network without its ports, which tell nothing.
func unaddressed(err error) error {
	var e *net.OpError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// Bounds of what the generator reads.
const (
	firstHeader = 16 << 10  // bytes of a header that a new connection has room for
	mostHeader  = 256 << 10 // as in Chromium
	mostBody    = 64 << 20
)

// read reads an answer; where its header is larger than the buffer, with a larger
// buffer.
func (k *conn) read(resp *fasthttp.Response) error {
	if resp.SkipBody { // of a HEAD request
		k.lasting = k.lasts()
	}
	for {
		err := resp.ReadLimitBody(k.r, mostBody)
		var small *fasthttp.ErrSmallBuffer
		if !errors.As(err, &small) {
			return err
		}
		if k.r.Size() >= mostHeader {
			return fmt.Errorf("%w: its header has more than %d KiB", errLarge, mostHeader>>10)
		}
		k.grow()
	}
}

// grow doubles the buffer and keeps what is in it.
func (k *conn) grow() {
	held, _ := k.r.Peek(k.r.Buffered())
	k.r = bufio.NewReaderSize(io.MultiReader(strings.NewReader(string(held)), k), 2*k.r.Size())
}

// errLarge is the error of an answer that is larger than the generator reads.
var errLarge = errors.New("the answer is larger than the load generator reads")

// stale reports whether the failure is one of the connection that was kept, not of
// the target: it was closed before a byte of an answer came.
func (k *conn) stale(err error) bool {
	return err != nil && k.used && k.got == 0 && classify(err).lost()
}

// reusable reports whether another request may follow, and notes for how long the
// target keeps the connection.
func (k *conn) reusable(req *fasthttp.Request, resp *fasthttp.Response) bool {
	if k.broken || k.r.Buffered() > 0 || req.ConnectionClose() || resp.ConnectionClose() && !k.lasting {
		return false
	}
	k.keep = announced(string(resp.Header.Peek("Keep-Alive")))
	return k.keep > 0
}

// idleLimit is how long a connection is kept that nobody uses, whatever the target
// allows.
const idleLimit = 30 * time.Second

// announced is how long a connection may be idle if the target says "timeout=5,
// max=100" in its Keep-Alive field (RFC 2068 §19.7.1.1): a tenth less than that, and
// not so near its end that both sides could meet there.
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
