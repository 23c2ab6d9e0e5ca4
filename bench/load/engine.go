package load

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// Traffic is a schedule of requests for a target.
type Traffic struct {
	Arrivals Arrivals
	Requests *Requests
	Stages   []time.Duration // end of each stage, since the start; may be empty

	// ClientOf returns the client that sends hit n, or 0. A client sends its next hit after
	// the previous one was answered, however late that is. Nil means that no hit depends on
	// another.
	ClientOf func(n uint64) uint32
}

// Offer sends the traffic in an open loop, whether or not the target keeps up, and
// returns when all hits are answered or have timed out. It calls watch, if not nil,
// four times a second.
//
// When ctx ends, Offer stops sending, waits for the hits in flight, and returns the
// recording together with the context's cause.
func (c *Client) Offer(ctx context.Context, t Traffic, watch func(Live)) (*Recording, error) {
	o := &offer{client: c, traffic: t, ctx: ctx, began: time.Now(), rec: newRecorder(len(t.Requests.routes), t.Stages)}
	o.dues = make([]atomic.Int64, ringSize(c.o.MaxInFlight))
	o.queue = newClientQueue(t.ClientOf, len(o.dues))
	stop := o.report(watch)
	c.conns.begin()
	o.run()
	stop()
	rec := o.rec.done()
	rec.Connections.Yielded = c.conns.yields()
	return rec, context.Cause(ctx)
}

// An offer is a running traffic.
type offer struct {
	client  *Client
	traffic Traffic
	ctx     context.Context // of this call
	began   time.Time
	rec     *recorder
	dues    []atomic.Int64 // due time of hit n, at n modulo the length
	queue   *clientQueue   // nil: no hit waits for another
}

// ringSize returns a power of two that exceeds the number of hits between pacing
// and sending: each of those occupies a worker.
func ringSize(inFlight int) int {
	size := 64
	for size < 2*inFlight {
		size *= 2
	}
	return size
}

// run has vegeta pace the hits and run the workers. It ends when all hits are done.
func (o *offer) run() {
	engine := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: o}),
		vegeta.Workers(8), vegeta.MaxWorkers(uint64(o.client.o.MaxInFlight)), vegeta.MaxBody(0))
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: "http://target/"})
	for range engine.Attack(target, o, 0, "") {
	}
}

// Pace implements vegeta.Pacer: it returns when hit n is to be sent. It does the
// waiting itself, since the engine's own cannot be interrupted.
func (o *offer) Pace(_ time.Duration, n uint64) (wait time.Duration, stop bool) {
	due, more := o.traffic.Arrivals.At(n)
	if !more || !o.await(due) {
		o.client.conns.end()
		return 0, true
	}
	o.dues[n%uint64(len(o.dues))].Store(int64(due))
	o.queue.enter(n)
	return 0, false
}

// Rate implements vegeta.Pacer; only the reports of vegeta call it.
func (o *offer) Rate(time.Duration) float64 { return 0 }

// precise is the time before a hit in which the thread itself sleeps, not a timer.
const precise = 3 * time.Millisecond

// await waits until a time of the traffic. It returns false if the context ended
// first.
func (o *offer) await(due time.Duration) bool {
	if wait := due - time.Since(o.began); wait > precise {
		timer := time.NewTimer(wait - precise)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-o.ctx.Done():
			return false
		}
	}
	if wait := due - time.Since(o.began); wait > 0 {
		sleep(wait)
	}
	return o.ctx.Err() == nil
}

// RoundTrip implements http.RoundTripper: it does the hit whose number the engine
// wrote into a header, and returns an empty response to the engine.
func (o *offer) RoundTrip(r *http.Request) (*http.Response, error) {
	n, err := strconv.ParseUint(r.Header.Get("X-Vegeta-Seq"), 10, 64)
	if err != nil {
		return nil, err
	}
	o.hit(n)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// hit sends one hit and records the outcome. A hit that could not be sent in time
// has timed out. The wait for the client's previous answer is a part of the latency, but
// not of the send lag: the target causes it.
func (o *offer) hit(n uint64) {
	due := time.Duration(o.dues[n%uint64(len(o.dues))].Load())
	lag := time.Since(o.began) - due
	deadline := o.began.Add(due + o.client.o.Timeout)
	answered := o.queue.wait(n, deadline)
	defer answered()
	sent := time.Since(o.began)
	r := o.client.exchange(o.traffic.Requests, n, deadline)
	o.rec.add(outcome{reply: r, due: due, lag: lag, sent: sent, end: r.at.Sub(o.began)})
}

// report calls watch periodically, until stop is called.
func (o *offer) report(watch func(Live)) (stop func()) {
	if watch == nil {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(livePause)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				watch(o.rec.live(time.Since(o.began)))
			case <-done:
				return
			}
		}
	})
	return func() { close(done); wg.Wait() }
}
