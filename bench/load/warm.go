package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// WarmUp bounds a warm-up.
type WarmUp struct {
	Hits   int           // at most so many requests
	Users  int           // at most so many at once
	Length time.Duration // no request is sent later than this after the second
}

// Warm asks for what changes nothing (see [Requests.Safe]), so that caches fill and
// programs are loaded before anything is measured, and reports how many answers came.
// It begins with two requests, one after the other, since a program may have to be
// loaded for the first, and with a probe for workers (see workerProbe). Then only as many
// go out at once as can be answered within the length. It returns when all have been
// answered, or have timed out: a target to which that happened is asked again, and so has
// the time to end what it was at.
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
	c.conns.yields() // they belong to no traffic
	return alone + int(u.right.Load())
}

func (c *Client) ask(safe *Requests, n uint64) error {
	_, err := c.Ask(context.Background(), safe, n) // the answer is waited for, so that the target is at rest afterwards
	return err
}

// settle gives a target that did not answer in time the time of another request or
// two.
func (c *Client) settle(safe *Requests, err error) {
	for range 2 {
		if err == nil || classify(err) != FaultTimeout {
			return
		}
		err = c.ask(safe, 0)
	}
}

// A warming is a warm-up under way.
type warming struct {
	WarmUp
	client      *Client
	safe        *Requests
	ends        time.Time
	sent, right atomic.Int64
	wrong       atomic.Pointer[error]
}

// user asks until the end of the warm-up, or until a user got no answer.
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
