package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// objective is the p95 of all servers, in seconds, and errors their share of errors.
const (
	objective = 0.1
	errors95  = 0.01
)

// A queue decides when a hit is answered. The same code serves and is simulated. Times are
// seconds since any moment.
type queue interface {
	// done returns when a hit that comes now is answered; ok is false if it is refused.
	done(now float64) (at float64, ok bool)
}

// queues are the servers of the study, by name, with their approximate capacities.
var queues = map[string]struct {
	make     func() queue
	capacity float64
}{
	"workers":   {func() queue { return &workers{free: make([]float64, 4), service: 0.02} }, 200},
	"bucket":    {func() queue { return &bucket{rate: 150, size: 20, left: 20} }, 150},
	"degrading": {func() queue { return &workers{free: make([]float64, 4), service: 0.02, growth: 0.004} }, 200},
}

// workers serve a hit each, in the order of arrival, for a fixed time. It grows by a share
// for each hit that waits, up to a tenth.
type workers struct {
	free            []float64
	service, growth float64
	present         []float64 // ends of the hits in the server
}

func (w *workers) done(now float64) (at float64, ok bool) {
	w.present = slices.DeleteFunc(w.present, func(end float64) bool { return end <= now })
	waiting := max(0, len(w.present)-len(w.free))
	slices.Sort(w.free)
	w.free[0] = max(now, w.free[0]) + w.service*(1+min(0.1, w.growth*float64(waiting)))
	w.present = append(w.present, w.free[0])
	return w.free[0], true
}

// A bucket refuses hits beyond a rate.
type bucket struct{ rate, size, left, before float64 }

func (b *bucket) done(now float64) (at float64, ok bool) {
	b.left = min(b.size, b.left+(now-b.before)*b.rate)
	b.before = now
	if b.left < 1 {
		return now, false
	}
	b.left--
	return now + 0.002, true
}

// truth returns the rate at which a queue just meets the objective in the long run.
func truth(make func() queue, capacity float64) float64 {
	low, high := 0.5*capacity, 1.2*capacity
	for range 14 {
		if mid := (low + high) / 2; meets(make(), mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

func meets(q queue, rate float64) bool {
	const hits = 300_000
	r := rand.New(rand.NewPCG(1, 1))
	now, late, refused := 0.0, 0, 0
	for range hits {
		now += r.ExpFloat64() / rate
		at, ok := q.done(now)
		switch {
		case !ok:
			refused++
		case at-now > objective:
			late++
		}
	}
	return float64(refused) <= errors95*hits && float64(late) <= 0.05*float64(hits-refused)
}

// serve answers hits as a queue decides, by the clock: a sleep that is too long does not
// delay the next hit.
func serve(addr, name string) error {
	one, ok := queues[name]
	if !ok {
		return fmt.Errorf("no server is called %q", name)
	}
	q, began := one.make(), time.Now()
	var mu sync.Mutex
	return http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		at, ok := q.done(time.Since(began).Seconds())
		mu.Unlock()
		if !ok {
			http.Error(w, "too many", http.StatusTooManyRequests)
			return
		}
		time.Sleep(time.Until(began.Add(time.Duration(math.Round(at * 1e9)))))
		fmt.Fprintln(w, "served")
	}))
}
