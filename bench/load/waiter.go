package load

import (
	"math/rand/v2"
	"slices"
	"time"
)

// A server with a fixed number of workers serves that number of connections, idle
// ones included. A hit on another connection waits until one ends. Visitors close
// their connections, but this client would keep them as long as it has hits. So if
// a hit on a new connection waits much longer than usual, the client closes an idle
// connection for it, and another each time the wait has doubled: another client may
// get the free worker.
//
// A first answer may be slow for other reasons: a process is started for the
// connection, a login, TLS. Then closing a connection does not help, and its user
// has to wait for a first answer too. So the pool checks whether a close helped,
// that is, whether the answer came right after it. Each close that did not help
// doubles the patience of all hits, up to a second; closes that helped halve it
// again. The patience of a hit varies at random by a factor of up to two. Otherwise
// an answer that always takes the same time could always come right after a close,
// and seem to be caused by it.
const (
	patienceTimes = 3
	leastPatience = 10 * time.Millisecond
	mostPatience  = time.Second
	perDoubt      = 4 // closes that helped to make up for one that did not: by chance, up to three of four seem to help
	mostDoubts    = 7 * perDoubt
)

// patience returns the minimum time that a hit on a new connection waits before a
// connection is closed for it. If answers take a large part of the timeout, the
// patience must end in time for an answer, but not before a first answer usually
// comes.
func (s *connPool) patience() time.Duration {
	usual := patienceTimes*s.usual + leastPatience
	latest := max(s.usual, (s.timeout-2*s.usual)/4)
	return min(max(usual, min(usual<<(s.doubts/perDoubt), mostPatience)), latest)
}

// bindWorkers notes that the target has few workers, and that each serves one
// connection until it ends. From now on, no connection is kept while a hit waits on
// another: its worker is at once free for the next hit in the target's queue, as if
// visitors closed their connections. Patience is for targets that are not known to
// be of this kind.
func (s *connPool) bindWorkers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound = true
}

// watch watches a hit on a new connection, until served is called.
func (s *connPool) watch() (served func()) {
	w := &waiter{connPool: s, began: time.Now(), times: 1 + rand.Float64()}
	w.mu.Lock()
	defer w.mu.Unlock()
	s.line = append(s.line, w)
	if s.bound {
		w.makeRoom()
		return w.served
	}
	w.timer = time.AfterFunc(w.left(), w.check)
	return w.served
}

// A waiter is a hit on a new connection that has no answer yet.
type waiter struct {
	*connPool
	began    time.Time
	helpedAt time.Time // time of the last close that may have helped it
	times    float64   // its wait before the next close, as a multiple of the common patience
	timer    *time.Timer
	over     bool
	freed    bool // a connection was closed for it after the last hit
}

// left returns the rest of the waiter's patience. It is long until there is a first
// answer.
func (w *waiter) left() time.Duration {
	if w.usual == 0 {
		return 10 * leastPatience
	}
	return time.Duration(w.times*float64(w.patience())) - time.Since(w.began)
}

// check closes the connection that has been idle for longest, or else the next that
// would become idle, at the end of the patience.
func (w *waiter) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := w.left()
	switch {
	case w.over:
	case left > 0:
		w.timer.Reset(left)
	case len(w.idle) == 0:
		w.starving = append(w.starving, w)
	default:
		closeAll([]*conn{w.shift()})
		w.helped()
	}
}

// makeRoom closes a connection that became idle after the hit had found none.
func (w *waiter) makeRoom() {
	if len(w.idle) > 0 {
		closeAll([]*conn{w.shift()})
		w.yielded++
	}
}

// helped notes that a connection was closed. Servers answer in the order of
// arrival, so it may have helped the hit that has waited longest.
func (w *waiter) helped() {
	w.yielded++
	w.times *= 2
	w.timer.Reset(w.left())
	i := slices.IndexFunc(w.line, func(o *waiter) bool { return o == w || o.helpedAt.IsZero() })
	first := w.line[i]
	first.judge(false) // of the previous close, if any
	first.helpedAt = time.Now()
}

func (w *waiter) served() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.over = true
	i := slices.Index(w.line, w)
	w.line = slices.Delete(w.line, i, i+1)
	w.judge(time.Since(w.helpedAt) < max(w.usual+leastPatience/2, w.helpedAt.Sub(w.began)/4))
}

// judge counts whether the last close for the waiter, if any, was useful. Several
// useless closes at about the same time, when the machine stalled for example,
// count once.
func (w *waiter) judge(useful bool) {
	switch {
	case w.helpedAt.IsZero() || w.helpedAt.Before(w.doubted):
	case useful:
		w.doubts = max(0, w.doubts-1)
	default:
		w.doubts = min(w.doubts+perDoubt, mostDoubts)
		w.doubted = time.Now()
	}
}

// begin is called before the first hit, and end after the last one was sent. From
// then on idle connections are useless, and waiters need no patience: a connection
// is closed for each, as long as that seems to help.
func (s *connPool) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = false
}

func (s *connPool) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	for len(s.idle) > 0 && s.free() {
		closeAll([]*conn{s.shift()})
	}
}

// free marks one waiter that has not been given a connection's place after the end,
// and reports whether there was one.
func (s *connPool) free() bool {
	i := slices.IndexFunc(s.line, func(w *waiter) bool { return !w.freed })
	if !s.ending || s.doubts >= perDoubt || i < 0 {
		return false
	}
	s.line[i].freed = true
	return true
}

// nextStarving removes and returns the first starving waiter, or nil.
func (s *connPool) nextStarving() *waiter {
	for len(s.starving) > 0 {
		w := s.starving[0]
		s.starving = s.starving[1:]
		if !w.over {
			return w
		}
	}
	return nil
}
