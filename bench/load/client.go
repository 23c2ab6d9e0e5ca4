package load

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Options are settings of a Client. The zero value is usable.
type Options struct {
	Timeout     time.Duration // from the due time to the answer; later is a fault; 0 means 10 s
	MaxInFlight int           // maximum of open connections; 0 means 8,192, or less if the limit on descriptors is lower
	TLS         *tls.Config   // for an https target; nil uses the system's root certificates
}

// A Client keeps connections to one target. It sends one traffic at a time.
type Client struct {
	host    string
	o       Options
	dialer  dialer
	conns   *connPool
	header  atomic.Int64 // size in bytes of the largest header so far: the buffer size of the next connection
	replies sync.Pool
	sent    atomic.Uint64
}

// NewClient returns a client for the target at a base URL, such as
// "http://127.0.0.1:8080".
func NewClient(base string, o Options) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("offer load to %q: want the address of a server, as in http://127.0.0.1:8080", base)
	}
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.MaxInFlight = cmp.Or(o.MaxInFlight, maxInFlight())
	c := &Client{host: u.Host, o: o, dialer: newDialer(u, o.TLS), conns: newConnPool(o.Timeout), replies: sync.Pool{New: func() any { return new(exchange) }}}
	c.header.Store(firstHeader)
	return c, nil
}

func newDialer(u *url.URL, settings *tls.Config) dialer {
	d := dialer{addr: u.Host}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
		if d.tls = settings.Clone(); d.tls == nil {
			d.tls = &tls.Config{}
		}
		d.tls.NextProtos = []string{"http/1.1"}
		d.tls.ServerName = cmp.Or(d.tls.ServerName, u.Hostname())
	}
	if u.Port() == "" {
		d.addr = net.JoinHostPort(u.Hostname(), port)
	}
	return d
}

// Close closes the connections. No traffic may be running.
func (c *Client) Close() { c.conns.close() }

// Sent returns the number of requests so far, those of warm-ups included.
func (c *Client) Sent() uint64 { return c.sent.Load() }

// An exchange holds one request and its response; it is reused.
type exchange struct {
	request Request
	req     fasthttp.Request
	resp    fasthttp.Response
	trip    Connections
}

// A reply is the result of a request.
type reply struct {
	route   int
	at      time.Time // end of the answer
	fault   Fault
	example string
	trip    Connections
}

// exchange sends request n and waits for the answer until the deadline. The answer
// is checked after its end is timed, so that the check is not a part of the
// latency.
func (c *Client) exchange(requests *Requests, n uint64, deadline time.Time) (r reply) {
	x := c.newExchange(requests, n)
	defer c.replies.Put(x)
	err := c.do(x, deadline)
	r = reply{route: x.request.Route, at: time.Now(), trip: x.trip}
	if err != nil {
		r.fault, r.example = classify(err), fmt.Sprintf("%s %s: %v", x.request.Method, x.request.URI, err)
		return r
	}
	if r.fault, err = x.check(); r.fault != noFault {
		r.example = x.example(err)
	}
	return r
}

// newExchange prepares request n. The caller returns the exchange to c.replies.
func (c *Client) newExchange(requests *Requests, n uint64) *exchange {
	x := c.replies.Get().(*exchange)
	requests.Fill(&x.request, n)
	c.fill(&x.req, &x.request)
	x.clear()
	x.trip = Connections{}
	return x
}

// do sends the request and reads the answer.
func (c *Client) do(x *exchange, deadline time.Time) error {
	began := time.Now()
	if !began.Before(deadline) {
		return fasthttp.ErrTimeout
	}
	c.sent.Add(1)
	k, closed := c.conns.take(!idempotent(x.request.Method), began, deadline)
	x.trip.Closed = closed
	if k == nil {
		return c.first(x, deadline)
	}
	err := k.exchange(&x.req, &x.resp)
	lost, again := k.stale(err), idempotent(x.request.Method) || k.wire.sent == 0
	if err == nil && x.resp.StatusCode() == fasthttp.StatusRequestTimeout && x.request.Status != fasthttp.StatusRequestTimeout {
		lost = true // RFC 9110 §15.5.9: the server may have sent it before the request arrived, but may also have read a POST
	}
	if lost {
		c.conns.learn(k.idle)
	}
	if !lost || !again {
		return c.finish(x, k, began, err)
	}
	closeAll([]*conn{k})
	x.clear()
	x.trip.Resent++
	return c.first(x, deadline)
}

// clear prepares x for the next answer.
func (x *exchange) clear() {
	x.resp.Reset()
	x.resp.Header.SetNoDefaultContentType(true)
	x.resp.SkipBody = x.request.Method == "HEAD"
}

// idempotent reports whether a request may be sent again even if the target has
// seen it (RFC 9110 §9.2.2).
func idempotent(method string) bool {
	switch method {
	case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE":
		return true
	}
	return false
}

// first sends the request on a new connection. It does not send it again: a target
// that closes a connection before its first answer has failed.
func (c *Client) first(x *exchange, deadline time.Time) (err error) {
	began := time.Now()
	defer func(due time.Time) {
		if err == nil && x.trip.Closed+x.trip.Resent > 0 {
			x.trip.Reopened, x.trip.Reopening = 1, time.Since(due)
		}
	}(began)
	served := c.conns.watch() // before open: a TLS handshake may already have to wait for a worker
	k, sent, err := c.open(x, deadline)
	served()
	if k == nil {
		return err
	}
	return c.finish(x, k, sent, err)
}

// open opens a connection and exchanges a request for an answer on it. sent is the
// time of sending; k is nil if no connection was opened.
func (c *Client) open(x *exchange, deadline time.Time) (k *conn, sent time.Time, err error) {
	began := time.Now()
	if k, err = c.dialer.dial(int(c.header.Load()), deadline); err != nil {
		return nil, began, err
	}
	x.trip.Opened, x.trip.Connect = x.trip.Opened+1, time.Since(began)
	if x.trip.Connect >= queueTime {
		x.trip.Queued++
	}
	if err := k.SetDeadline(deadline); err != nil {
		closeAll([]*conn{k})
		return nil, began, err
	}
	sent = time.Now()
	return k, sent, k.exchange(&x.req, &x.resp)
}

// finish keeps the connection for the next request, if that is allowed.
func (c *Client) finish(x *exchange, k *conn, began time.Time, err error) error {
	if size := int64(k.r.Size()); size > c.header.Load() {
		c.header.Store(size)
	}
	if err != nil || !k.reusable(&x.req, &x.resp) {
		closeAll([]*conn{k})
		return err
	}
	now := time.Now()
	c.conns.put(k, now, now.Sub(began))
	return nil
}

// An Answer is the response to one request.
type Answer struct {
	Route    int
	Method   string
	URI      string
	Status   int
	Type     string // Content-Type, as sent
	Location string // of a redirect, as sent
	Body     []byte // decoded
}

// Ask sends request n and returns the answer, right or wrong. It waits as long as
// for a hit of a traffic, or until ctx ends.
func (c *Client) Ask(ctx context.Context, requests *Requests, n uint64) (Answer, error) {
	x := c.newExchange(requests, n)
	defer c.replies.Put(x)
	a := Answer{Route: x.request.Route, Method: x.request.Method, URI: string(x.request.URI)}
	deadline := time.Now().Add(c.o.Timeout)
	if end, ok := ctx.Deadline(); ok && end.Before(deadline) {
		deadline = end
	}
	if err := c.do(x, deadline); err != nil {
		return a, fmt.Errorf("%s %s: %w", a.Method, a.URI, err)
	}
	body, _ := decoded(&x.resp)
	a.Status, a.Body = x.resp.StatusCode(), bytes.Clone(body)
	a.Type, a.Location = x.field("Content-Type"), x.field("Location")
	return a, nil
}

// field returns a header field of the response; names are case-insensitive (RFC
// 9110 §5.1).
func (x *exchange) field(name string) string {
	for key, value := range x.resp.Header.All() {
		if strings.EqualFold(string(key), name) {
			return string(value)
		}
	}
	return ""
}

// fill writes the request: its address and its fields byte for byte, after Host and
// Content-Type. fasthttp would parse and rebuild the address, and would reorder and
// rewrite some fields.
func (c *Client) fill(req *fasthttp.Request, q *Request) {
	req.Reset()
	req.Header.SetMethod(q.Method)
	req.Header.SetRequestURIBytes(q.URI)
	req.Header.DisableNormalizing()
	req.Header.DisableSpecialHeader()
	req.Header.Add("Host", q.host(c.host))
	if q.Type != "" {
		req.Header.Add("Content-Type", q.Type)
	}
	for _, h := range q.Header {
		if !isHost(h) {
			req.Header.Add(h.Name, h.Value)
		}
		if strings.EqualFold(h.Name, "Connection") && strings.Contains(strings.ToLower(h.Value), "close") {
			req.SetConnectionClose() // for this client only: the field has been written above
		}
	}
	if len(q.Body) > 0 {
		req.SetBody(q.Body)
	}
}

// host returns the Host field for a target at the given address.
func (q *Request) host(target string) string {
	if i := slices.IndexFunc(q.Header, isHost); i >= 0 {
		return q.Header[i].Value
	}
	return target
}

func isHost(f Field) bool { return len(f.Name) == 4 && strings.EqualFold(f.Name, "Host") }

// check returns the fault of an answer, or noFault. The error is the reason why the
// body could not be decoded.
func (x *exchange) check() (Fault, error) {
	q := &x.request
	if status := x.resp.StatusCode(); status != q.Status && (q.Status != 0 || status >= 500) {
		return statusFault(status), nil
	}
	if len(q.Marker) == 0 {
		return noFault, nil
	}
	body, err := decoded(&x.resp)
	switch {
	case bytes.Contains(body, q.Marker):
		return noFault, nil
	case err != nil:
		return FaultCoding, err
	}
	return FaultMarker, nil
}

// example describes a wrong answer in one line.
func (x *exchange) example(err error) string {
	q := &x.request
	if err != nil {
		return fmt.Sprintf("%s %s: %v", q.Method, q.URI, err)
	}
	body, _ := decoded(&x.resp)
	text := strings.ToValidUTF8(string(body), "?")
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return fmt.Sprintf("%s %s: status %d, want %d with %q; got %q", q.Method, q.URI, x.resp.StatusCode(), q.Status, q.Marker, text)
}
