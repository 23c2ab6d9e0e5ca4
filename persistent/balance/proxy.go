package balance

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"sync"
	"time"
)

// Times and sizes of connections to instances.
const (
	connectTimeout = 5 * time.Second

	// idleTimeout is below the time after which common servers close an idle connection:
	// Starman after 1 s, Gunicorn after 2 s, Apache and Node.js after 5 s. A request that is
	// sent at that moment would be lost.
	idleTimeout = 800 * time.Millisecond

	bufferSize = 32 << 10
)

// newTransport returns the connections to all instances. They do not go through a proxy, and
// answers stay compressed as they are.
func (b *Balancer) newTransport() *http.Transport {
	return &http.Transport{
		DialContext: b.dial, DisableCompression: true,
		MaxIdleConnsPerHost: 1 << 16, IdleConnTimeout: idleTimeout, ExpectContinueTimeout: time.Second,
	}
}

// dial connects to the instance that a host stands for.
func (b *Balancer) dial(ctx context.Context, _, hostPort string) (net.Conn, error) {
	for _, i := range b.instances {
		if i.host+":80" == hostPort {
			return i.dial(ctx)
		}
	}
	return nil, errors.New("no instance is called " + hostPort)
}

func (i *instance) dial(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: connectTimeout}
	return d.DialContext(ctx, i.network, i.addr)
}

// forwarded are the header fields in which proxies report the client's connection.
var forwarded = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"}

// rewrite changes nothing but the header fields about the connection. Those that a client on
// this machine sends come from a proxy before us: they are kept, and its address is added to
// X-Forwarded-For. Another machine could write in them what it likes, so they are replaced.
func rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.RawQuery = "http", r.In.URL.RawQuery // ReverseProxy drops a query that it cannot parse
	before := r.In.Header
	if !local(r.In.RemoteAddr) {
		before = http.Header{}
	}
	if list := before["X-Forwarded-For"]; list != nil {
		r.Out.Header["X-Forwarded-For"] = list
	}
	r.SetXForwarded() // for a Unix socket, it removes X-Forwarded-For
	for _, name := range forwarded {
		if v := before[name]; v != nil && (name != "X-Forwarded-For" || r.Out.Header[name] == nil) {
			r.Out.Header[name] = v
		}
	}
}

// local reports whether a peer is on this machine: at a loopback address, or at a Unix
// socket, which has no address.
func local(peer string) bool {
	addr, err := netip.ParseAddrPort(peer)
	return err != nil || addr.Addr().Unmap().IsLoopback()
}

// fail answers a request that got no answer.
func (b *Balancer) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch c, _ := r.Context().Value(choiceKey{}).(*choice); {
	case c != nil && c.body.Slow():
		w.Header().Set("Connection", "close")
		http.Error(w, "the body of the request came too slowly", http.StatusRequestTimeout)
		return
	case r.Context().Err() != nil:
		return // the client has left
	}
	b.log.Warn("no answer from an instance", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("err", err))
	switch {
	case isOurLack(err):
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the balancer cannot open more connections", http.StatusServiceUnavailable)
	case isUnreached(err):
		http.Error(w, "no instance accepts connections", http.StatusBadGateway)
	default:
		http.Error(w, "the instance broke off before it answered", http.StatusBadGateway)
	}
}

// buffers keeps buffers for the bodies of answers.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if kept, ok := b.pool.Get().(*[]byte); ok {
		return *kept
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }
