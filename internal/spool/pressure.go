package spool

import (
	"errors"
	"slices"
	"time"
)

// This file decides whose answer ends when there is too little for all: room in the files,
// or, for the owner of the Pool, places for producers.
//
// A client that takes [Rate] on average keeps its answer. The bytes that it has taken earn
// it time: it may pause for what it has earned, up to [Pause]. One that has taken next to
// nothing gets [FirstPause] and four round trips, and while producers are wanted its file
// does not grow: writing for such clients would take the time of all.

// These are the terms of clients while there is too little for all.
const (
	Rate       = 8 << 10                // bytes per second
	Pause      = 4 * time.Second        // a client at 50 KB/s seems to pause for up to 2.8 s on the loopback interface
	FirstPause = 250 * time.Millisecond // until the first bytes are taken: TCP sends what was lost again after 200 ms
)

// ErrEvicted is wrapped by the error of a Writer whose client was disconnected to make
// room for others.
var ErrEvicted = errors.New("the client takes less than 8 KiB a second")

// An eviction is a reason to disconnect a client.
type eviction string

const (
	filesFull eviction = "temporary files are full"
	waiting   eviction = "other requests wait"
)

func (e eviction) Error() string { return string(e) + ", and " + ErrEvicted.Error() }
func (e eviction) Unwrap() error { return ErrEvicted }

// A standing is how a client fares.
type standing struct {
	// The producer's:
	start  int64 // bytes that the client had taken before the answer
	listed bool  // evict knows the Writer

	// The Pool's:
	seen  int64     // bytes that the client had taken when it was looked at
	until time.Time // its time ends: it may be disconnected
}

// MakeWay disconnects clients that take too little, those whose time ended first before the
// others, so that up to n of the producers that still write can end. Those that were
// disconnected within the last second, and whose Writers are not closed yet, count.
func (p *Pool) MakeWay(n int) {
	if n > 0 {
		p.wanted.Store(time.Now().UnixNano())
	}
	p.evict(n, waiting, func(w *Writer) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return !w.closed && (w.held > 0 || w.read < w.written)
	})
}

// lately is how long a call of MakeWay counts.
const lately = 250 * time.Millisecond

// blank reports whether the file must not grow: producers are wanted, and the client has not
// shown yet that it reads.
func (w *Writer) blank() bool {
	return w.Client != nil && time.Now().UnixNano()-w.pool.wanted.Load() < int64(lately) && w.Client.Taken()-w.start < Rate
}

// makeRoom does the same for the files. It disconnects one client at a time: the size of its
// file is free when its Writer is closed.
func (p *Pool) makeRoom() {
	p.evict(1, filesFull, func(w *Writer) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.read < w.written
	})
}

// evict disconnects the clients of up to n Writers that help.
func (p *Pool) evict(n int, why eviction, helps func(*Writer) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for _, at := range p.leaving {
		if now.Sub(at) < leave {
			n--
		}
	}
	if n <= 0 {
		return
	}
	var late []*Writer
	for w := range p.behind {
		if w.judge(now); w.until.Before(now) && helps(w) {
			late = append(late, w)
		}
	}
	slices.SortFunc(late, func(a, b *Writer) int { return a.until.Compare(b.until) })
	for _, w := range late[:min(n, len(late))] {
		p.drop(w, why, now)
	}
}

// leave is how long evict waits for what a disconnected client frees: a producer that does
// not end must not keep it from others.
const leave = time.Second

func (p *Pool) drop(w *Writer, why eviction, now time.Time) {
	delete(p.behind, w)
	if p.leaving == nil {
		p.leaving = map[*Writer]time.Time{}
	}
	p.leaving[w] = now
	w.mu.Lock()
	w.evicted = why
	w.mu.Unlock()
	w.Client.Drop()
}

// judge adds the time that the client has earned since the last time.
func (w *Writer) judge(now time.Time) {
	taken := w.Client.Taken()
	if taken <= w.seen {
		return
	}
	w.until = earliest(w.until.Add(earned(taken-w.seen)), now.Add(Pause))
	w.seen = taken
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// earned returns the time that bytes earn.
func earned(bytes int64) time.Duration {
	return time.Duration(float64(bytes) / Rate * float64(time.Second))
}

// enlist makes a Writer whose client is behind known to evict, if the client can be
// disconnected.
func (p *Pool) enlist(w *Writer) {
	if w.Client == nil || w.listed {
		return
	}
	w.listed = true
	p.mu.Lock()
	defer p.mu.Unlock()
	w.seen = max(w.Client.Taken(), w.start)
	w.until = time.Now().Add(min(FirstPause+4*w.Client.RoundTrip()+earned(w.seen-w.start), Pause) - w.pool.Moment) // which has passed already
	if p.behind == nil {
		p.behind = map[*Writer]bool{}
	}
	p.behind[w] = true
}

// strike ends that: the client has caught up, or the Writer is closed. Drop is not called
// after it.
func (p *Pool) strike(w *Writer) {
	if !w.listed {
		return
	}
	w.listed = false
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.behind, w)
	delete(p.leaving, w)
}
