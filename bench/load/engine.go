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

// An attack is one use of the engine: vegeta paces it and runs its workers;
// what a hit is, is done by hit.
type attack struct {
	workers, most uint64
	pace          func(elapsed time.Duration, n uint64) (stop bool) // returns when hit n is to be sent
	hit           func(n uint64)
}

// run ends when pace says stop and all hits are done.
func (a *attack) run() {
	engine := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: a}),
		vegeta.Workers(a.workers), vegeta.MaxWorkers(a.most), vegeta.MaxBody(0))
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: "http://target/"})
	for range engine.Attack(target, a, 0, "") {
	}
}

// Pace implements vegeta.Pacer. It does its waiting itself: the engine's own
// cannot be interrupted.
func (a *attack) Pace(elapsed time.Duration, n uint64) (time.Duration, bool) {
	return 0, a.pace(elapsed, n)
}

// Rate implements vegeta.Pacer; only vegeta's own reports ask for it.
func (a *attack) Rate(time.Duration) float64 { return 0 }

// RoundTrip implements http.RoundTripper: it does the hit whose number the
// engine put into a header, and answers the engine with nothing.
func (a *attack) RoundTrip(r *http.Request) (*http.Response, error) {
	n, err := strconv.ParseUint(r.Header.Get("X-Vegeta-Seq"), 10, 64)
	if err != nil {
		return nil, err
	}
	a.hit(n)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// Traffic is what is offered to a target.
type Traffic struct {
	Arrivals Arrivals
	Requests *Requests
	Stages   []time.Duration // when each stage ends, since the begin; may be none
}

// Offer sends the traffic in an open loop, whether or not the target keeps up,
// and returns when all hits are answered or have timed out. watch, which may be
// nil, is called four times a second.
//
// When ctx ends, Offer stops sending, waits for what is in flight, and returns
// what was recorded together with the context's cause.
func (c *Client) Offer(ctx context.Context, t Traffic, watch func(Live)) (*Recording, error) {
	o := &offer{client: c, traffic: t, ctx: ctx, began: time.Now(), rec: newRecorder(len(t.Requests.routes), t.Stages)}
	o.dues = make([]atomic.Int64, ringSize(c.o.MaxInFlight))
	stop := o.report(watch)
	c.conns.begin()
	(&attack{workers: 8, most: uint64(c.o.MaxInFlight), pace: o.pace, hit: o.hit}).run()
	stop()
	rec := o.rec.done()
	rec.Connections.Yielded = c.conns.yields()
	return rec, context.Cause(ctx)
}

// An offer is a traffic under way.
type offer struct {
	client  *Client
	traffic Traffic
	ctx     context.Context // of the one call that this is
	began   time.Time
	rec     *recorder
	dues    []atomic.Int64 // when hit n is due, at n modulo its length
}

// ringSize is a power of two that exceeds the number of hits between being paced
// and being sent: each of those occupies a worker.
func ringSize(inFlight int) int {
	size := 64
	for size < 2*inFlight {
		size *= 2
	}
	return size
}

func (o *offer) pace(_ time.Duration, n uint64) (stop bool) {
	due, more := o.traffic.Arrivals.At(n)
	if !more || !o.await(due) {
		o.client.conns.end()
		return true
	}
	o.dues[n%uint64(len(o.dues))].Store(int64(due))
	return false
}

// precise is how long before a hit the waiting is done by the thread itself.
const precise = 3 * time.Millisecond

// await waits until a moment of the traffic, and reports whether it came before
// the context ended.
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

// hit sends one hit and records what became of it. A hit that could not even be
// sent in time has timed out.
func (o *offer) hit(n uint64) {
	due := time.Duration(o.dues[n%uint64(len(o.dues))].Load())
	sent := time.Since(o.began)
	r := o.client.exchange(o.traffic.Requests, n, o.began.Add(due+o.client.o.Timeout))
	o.rec.add(outcome{reply: r, due: due, sent: sent, end: r.at.Sub(o.began)})
}

// report calls watch until the returned function is called.
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
