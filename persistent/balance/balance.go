// Package balance spreads requests over several instances of a persistent server.
//
// A [Balancer] is an http.Handler: it passes each request to the instance with the fewest
// requests in progress, and keeps connections to all of them. It passes on bodies as they
// come, in both directions, and connections that are upgraded, such as WebSockets. It does
// not start the instances, and has no sessions: any instance may get any request.
package balance

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// DefaultRetryAfter is the RetryAfter of a Balancer that has none.
const DefaultRetryAfter = time.Second

// A Balancer passes requests to instances. Its fields must not change after [New].
type Balancer struct {
	instances []*instance
	turn      atomic.Uint64 // which instance is first among equals
	retry     time.Duration
	log       *slog.Logger
	proxy     httputil.ReverseProxy
	transport *http.Transport
}

// Options are settings of a Balancer. The zero value works.
type Options struct {
	RetryAfter time.Duration // how long an instance is skipped that accepts no connection; 0 means DefaultRetryAfter
	Logger     *slog.Logger  // nil is silent
}

// New returns a Balancer for the instances at these addresses: HOST:PORT, or unix:/path. The
// instances need not run yet.
func New(addrs []string, o Options) (*Balancer, error) {
	b := &Balancer{retry: cmp.Or(o.RetryAfter, DefaultRetryAfter), log: cmp.Or(o.Logger, slog.New(slog.DiscardHandler))}
	for n, addr := range addrs {
		i, err := newInstance(n, addr)
		if err != nil {
			return nil, err
		}
		b.instances = append(b.instances, i)
	}
	if len(b.instances) == 0 {
		return nil, fmt.Errorf("there is no instance to pass requests to")
	}
	b.transport = b.newTransport()
	b.proxy = httputil.ReverseProxy{
		Rewrite: rewrite, Transport: router{b}, ErrorHandler: b.fail, BufferPool: &buffers{},
		FlushInterval: -1, // at once
		ErrorLog:      slog.NewLogLogger(b.log.Handler(), slog.LevelWarn),
	}
	return b, nil
}

// checkTimeout is the time in which an instance must accept a connection of Check.
const checkTimeout = time.Second

// Check connects to each instance, and skips those that it does not reach, as if a request had
// met them. It is for a balancer that takes over from another, which has learned that already.
// At the first start, instances may be about to listen: without Check, they get requests then.
func (b *Balancer) Check(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	var all sync.WaitGroup
	for _, i := range b.instances {
		all.Go(func() {
			c, err := i.dial(ctx)
			b.note(i, err, err != nil)
			if err == nil {
				c.Close()
			}
		})
	}
	all.Wait()
}

// ServeHTTP passes a request to an instance. It answers 502 if none accepts connections, or
// if the chosen one breaks off before it answers. Such a request is not sent to another
// instance: it may have been carried out, or have ended the first. It answers 503 if this
// process cannot open more connections.
func (b *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &choice{}
	c.body, _ = r.Body.(*slowread.Body)
	defer c.release()
	w.Header()["Content-Type"] = nil // net/http adds none to an answer that has none
	if r.Body != http.NoBody {
		// Without it, net/http reads the rest of the body before it sends the beginning of an
		// answer. HTTP/2 needs no such switch, and reports an error.
		_ = http.NewResponseController(w).EnableFullDuplex()
	}
	b.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), choiceKey{}, c)))
}

// A choice is the instance that has a request.
type choice struct {
	*instance
	body *slowread.Body // nil if there is none, or if the server is not host.Serve
}

type choiceKey struct{}

// take changes the instance of the request.
func (c *choice) take(i *instance) {
	c.release()
	c.instance = i
	i.outstanding.Add(1)
}

func (c *choice) release() {
	if c.instance != nil {
		c.outstanding.Add(-1)
	}
}

// A router is the RoundTripper of the proxy: it chooses the instance.
type router struct{ *Balancer }

// RoundTrip sends a request to the instance with the fewest requests in progress. As long as
// no connection can be made, it tries another one. The body is not read in that case.
func (b router) RoundTrip(r *http.Request) (*http.Response, error) {
	c := r.Context().Value(choiceKey{}).(*choice)
	tried := make([]bool, len(b.instances))
	for {
		i := b.pick(tried)
		c.take(i)
		tried[i.index] = true
		response, err := b.transport.RoundTrip(i.request(r))
		unreached := isUnreached(err)
		b.note(i, err, unreached)
		if !unreached || r.Context().Err() != nil || !slices.Contains(tried, false) {
			return response, err
		}
	}
}

// pick returns the instance with the fewest requests in progress of those that are not tried
// yet. One that is down is picked if there is no other.
func (b *Balancer) pick(tried []bool) (best *instance) {
	now, first := time.Now(), int(b.turn.Add(1)%uint64(len(b.instances)))
	for n := range b.instances {
		i := b.instances[(first+n)%len(b.instances)]
		if !tried[i.index] && (best == nil || i.before(best, now)) {
			best = i
		}
	}
	return best
}
