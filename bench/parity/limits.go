package parity

import (
	"sync"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Limits of the time for an answer. A candidate that hangs costs that time in each
// probe, so it follows the baseline's own time.
const (
	mostLimit  = 30 * time.Second
	patience   = 8                // times the longest time of the baseline for the route
	surely     = 3                // times the least limit, to make sure that an answer is missing
	leastRight = 10 * time.Second // for the baseline, whose answers are right
)

// limits are the times that answers may take, by route.
type limits struct {
	least   time.Duration // for an answer of the candidate; the other limits are multiples of it, so that they vary little
	mu      sync.Mutex
	slowest map[string]time.Duration // answer of the baseline
	learned map[string]chan struct{} // closed when it has answered, by routes that it has not
	doubted bool                     // answers get more time
	waited  map[string]time.Duration // longest time until an answer of the baseline came or was missing
	restore time.Duration            // longest time until the data of a program were restored, or were not
	data    string                   // of that program
}

func newLimits(least time.Duration) *limits {
	return &limits{least: least, slowest: map[string]time.Duration{}, learned: map[string]chan struct{}{}, waited: map[string]time.Duration{}}
}

// took notes the time of an answer of the baseline.
func (l *limits) took(r trial.Request, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest[r.Route] = max(l.slowest[r.Route], d)
	if learned := l.learned[r.Route]; learned != nil {
		delete(l.learned, r.Route)
		close(learned)
	}
}

// learning returns a channel that is closed when the baseline has answered a route; nil if it has.
func (l *limits) learning(r trial.Request) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.slowest[r.Route]; known {
		return nil
	}
	if l.learned[r.Route] == nil {
		l.learned[r.Route] = make(chan struct{})
	}
	return l.learned[r.Route]
}

// slowestAnswer returns the longest time of an answer of the baseline.
func (l *limits) slowestAnswer() (d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, took := range l.slowest {
		d = max(d, took)
	}
	return d
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

// restored notes the time in which the data of a program were restored, or were not.
func (l *limits) restored(program string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d > l.restore {
		l.restore, l.data = d, program
	}
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
	limit := max((patience * slowest).Round(l.least), l.least)
	if l.doubted {
		limit = max(limit, surely*l.least)
	}
	return min(limit, mostLimit)
}

// ofBaseline returns the time limit for an answer of the baseline.
func (l *limits) ofBaseline(r trial.Request) time.Duration { return max(l.of(r), leastRight) }

// deadline returns that of an answer. Both sides may be asked at the same time: once the baseline
// has answered, an answer that is missing is not awaited for the longest time.
func (l *limits) deadline(r trial.Request) deadline {
	if learned := l.learning(r); learned != nil {
		return deadline{limit: func() time.Duration { return l.of(r) }, learned: learned}
	}
	return within(l.of(r))
}

// doubting gives answers more time if they have little, or the usual time again.
func (l *limits) doubting(more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubted = more
}

// together calls do for the numbers below n at the same time, and waits for all.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
