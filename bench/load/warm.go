package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// WarmUp limits a warm-up.
type WarmUp struct {
	Hits   int           // maximum of requests
	Users  int           // maximum of requests at the same time
	Length time.Duration // no request is sent later than this after the second request
}

// Warm sends requests that change nothing (see [Requests.Safe]), so that caches
// fill and programs are loaded before the measurement. It returns the number of
// answers. It begins with two requests, one after the other, because the first may
// have to load a program, and with a probe for workers (see workerProbe). After
// that it sends only as many at the same time as can be answered within the length.
// It returns when all have been answered or have timed out. After a timeout it
// sends another request, which gives the target time to finish its work.
func (c *Client) Warm(ctx context.Context, requests *Requests, w WarmUp) (answers int) {
	safe, ok := requests.Safe()
	if !ok || ctx.Err() != nil {
		return 0
	}
	alone := min(2, w.Hits)
	first := time.Now()
	began := first
	for n := range alone {
		if ctx.Err() != nil || n > 0 && time.Since(first) > 2*w.Length {
			return n
		}
		began = time.Now()
		if err := c.ask(safe, uint64(n)); err != nil {
			c.settle(safe, err)
			return n
		}
	}
	took := time.Since(began)
	alone += c.probeWorkers(safe, took, w.Hits-alone)
	u := &warming{WarmUp: w, client: c, safe: safe, ends: time.Now().Add(w.Length - took)}
	u.sent.Store(int64(alone - 1))
	var wg sync.WaitGroup
	for range min(w.Users, int(w.Length/(took+1)), w.Hits-alone) {
		wg.Go(func() { u.user(ctx) })
	}
	wg.Wait()
	c.settle(safe, u.failed())
	c.conns.yields() // resets the count: these belong to no traffic
	return alone + int(u.right.Load())
}

func (c *Client) ask(safe *Requests, n uint64) error {
	_, err := c.Ask(context.Background(), safe, n) // not ctx: wait for the answer, so that the target is idle afterwards
	return err
}

// settle sends another request or two to a target that did not answer in time, to
// wait until it is idle.
func (c *Client) settle(safe *Requests, err error) {
	for range 2 {
		if err == nil || classify(err) != FaultTimeout {
			return
		}
		err = c.ask(safe, 0)
	}
}

// A warming is a running warm-up.
type warming struct {
	WarmUp
	client      *Client
	safe        *Requests
	ends        time.Time
	sent, right atomic.Int64
	wrong       atomic.Pointer[error]
}

// user sends requests until the end of the warm-up, or until a request gets no
// answer.
func (w *warming) user(ctx context.Context) {
	for n := w.sent.Add(1); n < int64(w.Hits) && time.Now().Before(w.ends) && ctx.Err() == nil && w.failed() == nil; n = w.sent.Add(1) {
		if err := w.client.ask(w.safe, uint64(n)); err != nil {
			w.wrong.Store(&err)
			return
		}
		w.right.Add(1)
	}
}

func (w *warming) failed() error {
	if err := w.wrong.Load(); err != nil {
		return *err
	}
	return nil
}
