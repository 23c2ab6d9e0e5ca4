package main

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// A worker serves one request at a time, each for the same time. It is a queue
// with a clock: under load it is done with one request exactly one service time
// after the one before, whatever reading and writing take meanwhile, so that it
// carries 1 ÷ service.
type worker struct {
	service time.Duration
	mu      sync.Mutex
	free    time.Time // when it is done with all that came so far
}

func (w *worker) ServeHTTP(rw http.ResponseWriter, _ *http.Request) {
	await(w.done(time.Now()))
	io.WriteString(rw, "served\n")
}

// done is when a request is done that comes now.
func (w *worker) done(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.free.Before(now) {
		w.free = now
	}
	w.free = w.free.Add(w.service)
	return w.free
}

// overshoot is by how much a sleep may be too long.
const overshoot = 300 * time.Microsecond

// await returns at a moment: it sleeps at first, and looks at the clock in the end.
func await(at time.Time) {
	time.Sleep(time.Until(at) - overshoot)
	for time.Now().Before(at) {
	}
}

func serve(addr, service string) error {
	d, err := time.ParseDuration(service)
	if err != nil {
		return err
	}
	return http.ListenAndServe(addr, &worker{service: d})
}
