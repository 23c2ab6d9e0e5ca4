package parity

import (
	"sync"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Limits of the time for an answer. A candidate that hangs costs that time in each
// probe, so it follows the baseline's own time.
const (
	leastLimit = 3 * time.Second
	mostLimit  = 30 * time.Second
	patience   = 8 // times the longest time of the baseline for the route
)

// limits are the times that answers may take, by route.
type limits struct {
	mu      sync.Mutex
	slowest map[string]time.Duration // answer of the baseline
	waited  map[string]time.Duration // longest time until an answer of the baseline came or was missing
}

func newLimits() *limits {
	return &limits{slowest: map[string]time.Duration{}, waited: map[string]time.Duration{}}
}

// took notes the time of an answer of the baseline.
func (l *limits) took(r trial.Request, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest[r.Route] = max(l.slowest[r.Route], d)
}

// wait notes the time until an answer of the baseline came or was missing.
func (l *limits) wait(r trial.Request, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waited[r.Route] = max(l.waited[r.Route], d)
}

// longest returns the route of the baseline that took the longest time.
func (l *limits) longest() (route string, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r, d := range l.waited {
		if d > took || d == took && r < route {
			route, took = r, d
		}
	}
	return route, took
}

// of returns the time limit for an answer; the longest one as long as the baseline has not
// answered.
func (l *limits) of(r trial.Request) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	slowest, known := l.slowest[r.Route]
	if !known {
		return mostLimit
	}
	return min(max((patience*slowest).Round(time.Second), leastLimit), mostLimit)
}

// together calls do for the numbers below n at the same time, and waits for all.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
