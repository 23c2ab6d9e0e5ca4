package spool

import (
	"errors"
	"time"
)

// ErrEvicted is the error of a Writer whose client was disconnected to make room.
var ErrEvicted = errors.New("temporary files are full, and the client does not read its answer")

// idle is the time for which a client must have taken nothing before it may be
// disconnected to make room for others.
const idle = time.Second

// evict makes room in the files: it disconnects the client that has taken nothing
// for longest. Otherwise a crowd of clients that do not read would hold up the
// producers of all others.
func (p *Pool) evict() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var victim *Writer
	since := time.Now().Add(-idle)
	for w := range p.spilled {
		if at, behind := w.progress(); behind && at.Before(since) {
			victim, since = w, at
		}
	}
	if victim == nil {
		return
	}
	delete(p.spilled, victim)
	victim.mu.Lock()
	victim.evicted = true
	victim.mu.Unlock()
	victim.Drop()
}

// enlist makes a Writer with a file known to evict, if its client can be
// disconnected.
func (p *Pool) enlist(w *Writer) {
	if w.Drop == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spilled == nil {
		p.spilled = map[*Writer]bool{}
	}
	p.spilled[w] = true
}

// strike ends that. Drop is not called after it.
func (p *Pool) strike(w *Writer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.spilled, w)
}

// progress returns the time at which the client took the last block, and whether
// more is in the file.
func (w *Writer) progress() (at time.Time, behind bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.moved, w.read < w.written
}
