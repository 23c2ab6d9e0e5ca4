package load

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// Options are settings of a Client. Zero values are usable.
type Options struct {
	Timeout     time.Duration // a hit not answered this long after it was due is a fault; 0 means 10 s
	MaxInFlight int           // connections at once; 0 means 8,192, less where the limit on descriptors is lower
}

// A Client keeps connections to one target. It sends one traffic at a time.
type Client struct {
	host    string
	o       Options
	http    *fasthttp.HostClient
	replies sync.Pool
}

// NewClient returns a client of the target at a base URL such as
// "http://127.0.0.1:8080".
func NewClient(base string, o Options) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("offer load to %q: want the address of a server over plain HTTP, as in http://127.0.0.1:8080", base)
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.MaxInFlight == 0 {
		o.MaxInFlight = maxInFlight()
	}
	return &Client{host: u.Host, o: o, http: newHostClient(u, o), replies: sync.Pool{New: func() any { return new(exchange) }}}, nil
}

func newHostClient(u *url.URL, o Options) *fasthttp.HostClient {
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), "80")
	}
	return &fasthttp.HostClient{
		Addr: addr,
		Dial: func(addr string) (net.Conn, error) { return net.DialTimeout("tcp", addr, o.Timeout) },
		// One more than there are senders, so that none ever waits for a connection.
		// A connection that was idle for longer may have been closed by the target; a
		// request is never repeated, since that would hide an error.
		MaxConns: o.MaxInFlight + 1, MaxIdleConnDuration: 2 * time.Second, MaxIdemponentCallAttempts: 1,
		NoDefaultUserAgentHeader: true, DisablePathNormalizing: true, DisableHeaderNamesNormalizing: true,
		ReadBufferSize: 16 << 10, MaxResponseBodySize: 64 << 20,
	}
}

// Close closes the connections. No traffic may be under way.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// An exchange is the memory of one request and its response.
type exchange struct {
	request Request
	req     fasthttp.Request
	resp    fasthttp.Response
}

// exchange sends request n and waits for the answer until the deadline. It
// returns the number of the route and what was wrong with the answer.
func (c *Client) exchange(requests *Requests, n uint64, deadline time.Time) (route int, fault Fault, example string) {
	x := c.replies.Get().(*exchange)
	defer c.replies.Put(x)
	q := &x.request
	requests.Fill(q, n)
	c.fill(&x.req, q)
	x.resp.Reset()
	x.resp.SkipBody = q.Method == "HEAD"
	if err := c.http.DoDeadline(&x.req, &x.resp, deadline); err != nil {
		return q.Route, classify(err), fmt.Sprintf("%s %s: %v", q.Method, q.URI, err)
	}
	if fault = x.check(); fault != noFault {
		example = x.example()
	}
	return q.Route, fault, example
}

// An Answer is what came back for one request.
type Answer struct {
	Route  int
	Method string
	URI    string
	Status int
	Body   []byte
}

// Ask sends request n and returns the answer, right or wrong.
func (c *Client) Ask(requests *Requests, n uint64) (Answer, error) {
	x := c.replies.Get().(*exchange)
	defer c.replies.Put(x)
	requests.Fill(&x.request, n)
	c.fill(&x.req, &x.request)
	x.resp.Reset()
	a := Answer{Route: x.request.Route, Method: x.request.Method, URI: string(x.request.URI)}
	if err := c.http.DoTimeout(&x.req, &x.resp, c.o.Timeout); err != nil {
		return a, fmt.Errorf("%s %s: %w", a.Method, a.URI, err)
	}
	a.Status, a.Body = x.resp.StatusCode(), bytes.Clone(x.resp.Body())
	return a, nil
}

// fill writes the request.
func (c *Client) fill(req *fasthttp.Request, q *Request) {
	req.Reset()
	req.Header.SetMethod(q.Method)
	req.Header.SetHost(c.host)
	req.SetRequestURIBytes(q.URI)
	req.URI().DisablePathNormalizing = true
	if len(q.Body) > 0 {
		req.Header.SetContentType("application/x-www-form-urlencoded")
		req.SetBody(q.Body)
	}
	for _, h := range q.Header {
		req.Header.Set(h.Name, h.Value)
	}
}

// check tells a right answer from others.
func (x *exchange) check() Fault {
	q := &x.request
	switch {
	case x.resp.StatusCode() != q.Status:
		return statusFault(x.resp.StatusCode())
	case len(q.Marker) > 0 && !bytes.Contains(x.resp.Body(), q.Marker):
		return FaultMarker
	}
	return noFault
}

// example describes a wrong answer.
func (x *exchange) example() string {
	q := &x.request
	body := strings.ToValidUTF8(string(x.resp.Body()), "?")
	if len(body) > 200 {
		body = body[:200] + "…"
	}
	return fmt.Sprintf("%s %s: status %d, want %d with %q; got %q", q.Method, q.URI, x.resp.StatusCode(), q.Status, q.Marker, body)
}
