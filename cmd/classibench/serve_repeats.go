package main

import (
	"sync"
	"time"
)

// Of records with the same message and error, mostRepeats are written in each repeatPeriod.
const (
	mostRepeats  = 10
	repeatPeriod = 10 * time.Second
	mostRepeated = 1000 // different ones that are remembered
)

// repeats limits records that repeat others: an overload would fill the disk with a line for
// each visitor who is refused. The zero value is ready for use.
type repeats struct {
	mu  sync.Mutex
	all map[string]*repeated
}

type repeated struct{ written, left int }

// pass reports whether to write a record with this key. At the end of the period, report is
// called with the number of those that were left out, if there are any.
func (a *repeats) pass(key string, report func(left int)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.all[key]
	switch {
	case r == nil && len(a.all) >= mostRepeated:
		return true
	case r == nil:
		r = a.begin(key, report)
	}
	if r.written < mostRepeats {
		r.written++
		return true
	}
	r.left++
	return false
}

// begin begins the period of a key. The caller holds the lock.
func (a *repeats) begin(key string, report func(left int)) *repeated {
	if a.all == nil {
		a.all = map[string]*repeated{}
	}
	r := &repeated{}
	a.all[key] = r
	time.AfterFunc(repeatPeriod, func() {
		a.mu.Lock()
		delete(a.all, key)
		left := r.left
		a.mu.Unlock()
		if left > 0 {
			report(left)
		}
	})
	return r
}
