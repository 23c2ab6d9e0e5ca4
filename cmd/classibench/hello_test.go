package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// hello is a server for scripts. Its arguments are an address and a pace: a number of hashes
// for each request, its time (20ms), or "gone" for a server without pages.
func hello() {
	pace := "0"
	if len(os.Args) > 2 {
		pace = os.Args[2]
	}
	err := http.ListenAndServe(os.Args[1], paced(pace))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func paced(pace string) http.Handler {
	if pace == "gone" {
		return http.NotFoundHandler()
	}
	greet := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello Ann") })
	if service, err := time.ParseDuration(pace); err == nil && service > 0 {
		return (&worker{service: service}).serve(greet)
	}
	work, err := strconv.Atoi(pace)
	if err != nil {
		panic(err)
	}
	return burdened(greet, work)
}

// A worker serves one request at a time and sleeps for its service time in each, which varies
// by a tenth at most. The end of a request is computed from the end of the previous one, so
// that a worker that is always busy carries 1 ÷ service, even if a busy machine wakes it
// late.
type worker struct {
	service time.Duration // on average
	mu      sync.Mutex
	free    time.Time // the end of all requests so far
}

func (w *worker) serve(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Until(w.end(time.Now())))
		h.ServeHTTP(rw, r)
	})
}

// end returns the end of a request that arrives now.
func (w *worker) end(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.free.Before(now) {
		w.free = now
	}
	varied := (0.9 + 0.2*rand.Float64()) * float64(w.service)
	w.free = w.free.Add(time.Duration(varied))
	return w.free
}
