package load_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// A server that can answer six requests a second must get no more, and must have
// answered all at the end of the warm-up.
func TestWarmDoesNotFlood(t *testing.T) {
	t.Parallel()
	var worker sync.Mutex
	var inside, most, all, unsafe atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), inside.Add(1)))
		all.Add(1)
		if r.Method != "GET" {
			unsafe.Add(1)
		}
		worker.Lock()
		defer worker.Unlock()
		time.Sleep(160 * time.Millisecond) // the server's service time
		inside.Add(-1)
		echo(w, r)
	}, load.Options{})
	began := time.Now()
	answers := c.Warm(t.Context(), requests(t, signing), load.WarmUp{Hits: 200, Users: 4, Length: time.Second})
	if took := time.Since(began); took > 8*time.Second || inside.Load() > 0 || most.Load() > 4 || unsafe.Load() > 0 {
		t.Errorf("got %v, %d at the same time, %d unanswered, %d unsafe ones", took, most.Load(), inside.Load(), unsafe.Load())
	}
	if int64(answers) != all.Load() || answers < 2 {
		t.Errorf("%d answers to %d requests", answers, all.Load())
	}
}

func TestWarmIsBounded(t *testing.T) {
	var all atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) { all.Add(1); echo(w, r) }, load.Options{})
	if n := c.Warm(t.Context(), requests(t, browse), load.WarmUp{Hits: 50, Users: 4, Length: time.Minute}); n != 50 || all.Load() != 50 {
		t.Errorf("%d answers to %d requests, want 50", n, all.Load())
	}
	if n := c.Warm(t.Context(), requests(t, signing[:1]), load.WarmUp{Hits: 50, Users: 4, Length: time.Minute}); n != 0 || all.Load() != 50 {
		t.Errorf("%d answers, want 0: no request is safe", n)
	}
}

// A target that did not answer in time must be idle after the warm-up.
func TestWarmWaitsAfterATimeout(t *testing.T) {
	var worker sync.Mutex
	var inside, all atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		inside.Add(1)
		worker.Lock()
		defer worker.Unlock()
		if all.Add(1) == 1 {
			time.Sleep(700 * time.Millisecond) // the server's service time
		}
		inside.Add(-1)
		echo(w, r)
	}, load.Options{Timeout: 400 * time.Millisecond})
	c.Warm(t.Context(), requests(t, browse), load.WarmUp{Hits: 20, Users: 4, Length: time.Second})
	if n := inside.Load(); n > 0 || all.Load() < 2 {
		t.Errorf("%d of %d requests are still running", n, all.Load())
	}
}

func TestSafeKeepsTheProportions(t *testing.T) {
	mix := []scenarios.Route{
		{Name: "a", Weight: 5, Method: "POST", Path: "/"}, {Name: "b", Weight: 1, Method: "GET", Path: "/"},
		{Name: "c", Weight: 2, Method: "DELETE", Path: "/"}, {Name: "d", Weight: 3, Method: "HEAD", Path: "/"},
		{Name: "e", Weight: 4, Method: "PUT", Path: "/"},
	}
	safe, ok := requests(t, mix).Safe()
	if !ok {
		t.Fatal("Safe found no route, want two")
	}
	count := map[int]int{}
	var q load.Request
	for n := range uint64(4000) {
		safe.Fill(&q, n)
		count[q.Route]++
	}
	if len(count) != 2 || count[1] < 900 || count[1] > 1100 {
		t.Errorf("got %v of 4,000, want about 1,000 of route 1 and 3,000 of route 3", count)
	}
	if _, ok := requests(t, signing[:1]).Safe(); ok {
		t.Error("Safe returned a list for a POST")
	}
	if all, ok := requests(t, browse).Safe(); !ok {
		t.Error("Safe found no route, want all")
	} else if all.Fill(&q, 7); q.Method != "GET" {
		t.Error(q.Method)
	}
}

// The first request may be slow because a program is loaded: the warm-up must go
// on.
func TestWarmGoesOnAfterASlowFirstAnswer(t *testing.T) {
	t.Parallel()
	var all atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if all.Add(1) == 1 {
			time.Sleep(600 * time.Millisecond) // the server's service time
		}
		echo(w, r)
	}, load.Options{})
	if n := c.Warm(t.Context(), requests(t, browse), load.WarmUp{Hits: 20, Users: 4, Length: 500 * time.Millisecond}); n != 20 {
		t.Errorf("%d answers, want 20", n)
	}
}

// If one answer takes longer than the warm-up, there must be just one.
func TestWarmEndsAfterALongAnswer(t *testing.T) {
	t.Parallel()
	var all atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		all.Add(1)
		time.Sleep(300 * time.Millisecond) // the server's service time
		echo(w, r)
	}, load.Options{})
	if n := c.Warm(t.Context(), requests(t, browse), load.WarmUp{Hits: 20, Users: 4, Length: 100 * time.Millisecond}); n != 1 || all.Load() != 1 {
		t.Errorf("%d answers to %d requests, want 1", n, all.Load())
	}
}

func TestWarmEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var all atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) { all.Add(1); cancel(); echo(w, r) }, load.Options{})
	if n := c.Warm(ctx, requests(t, browse), load.WarmUp{Hits: 20, Users: 4, Length: time.Minute}); n != 1 || all.Load() != 1 {
		t.Errorf("%d answers to %d requests, want 1", n, all.Load())
	}
}
