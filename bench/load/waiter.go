package load

import (
	"math/rand/v2"
	"slices"
	"time"
)

// A server with a fixed number of workers serves as many connections, idle ones
// included; a hit on another waits until one ends. Visitors come and go; we would
// keep them for as long as we have hits. So a hit on a new connection that waits much
// longer than is usual has another one closed, and one more each time that it has waited
// twice as long: what becomes free may go to another client.
//
// A first answer may be slow for reasons of its own: a process that is started for the
// connection, a login, TLS. Then closing another does not help, and the user whose
// connection it was has to wait for a first answer himself. So it is looked whether it
// helped, that is, whether the answer came at once after it; each close that did not
// doubles the patience of all, up to a second, and those that did halve it again. How
// patient a hit is varies at random up to twofold. Else an answer that takes as long each
// time would come just after a close each time, and seem to have come of it.
const (
	patienceTimes = 3
	leastPatience = 10 * time.Millisecond
	mostPatience  = time.Second
	perDoubt      = 4 // as many closes that helped make up for one that did not: by chance, up to three of four seem to
	mostDoubts    = 7 * perDoubt
)

// patience is how long a hit on a new connection waits at least before one is closed
// for it. Where answers take a good part of the timeout, it has to end before it is too
// late for one, but not before a first answer usually comes.
func (s *connPool) patience() time.Duration {
	usual := patienceTimes*s.usual + leastPatience
	latest := max(s.usual, (s.timeout-2*s.usual)/4)
	return min(max(usual, min(usual<<(s.doubts/perDoubt), mostPatience)), latest)
}

// bindWorkers notes that the target has few workers, each of which serves one connection
// until that ends. No connection is kept any more while a hit waits on another: its worker
// is free at once for the hit that the target has next in its queue, as it would be if
// visitors closed their connections. Patience is for targets that are not known to be of
// this kind.
func (s *connPool) bindWorkers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound = true
}

// watch watches over a hit on a new connection until the function that it returns is
// called.
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
	helpedAt time.Time // when a connection was last closed that may have been of use to it
	times    float64   // how many times the patience of all it has to wait for the next connection to be closed
	timer    *time.Timer
	over     bool
	freed    bool // a connection was closed for it when there were no more hits to come
}

// left is how long the waiter still has to be patient; long, as long as nobody has
// got an answer.
func (w *waiter) left() time.Duration {
	if w.usual == 0 {
		return 10 * leastPatience
	}
	return time.Duration(w.times*float64(w.patience())) - time.Since(w.began)
}

// check closes the connection that has been idle for longest, or else the next that
// would become idle, once the patience is at its end.
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

// helped notes that a connection was closed for the waiter. A server answers first who
// came first: so it is for the longest in line that it may have been of use.
func (w *waiter) helped() {
	w.yielded++
	w.times *= 2
	w.timer.Reset(w.left())
	i := slices.IndexFunc(w.line, func(o *waiter) bool { return o == w || o.helpedAt.IsZero() })
	first := w.line[i]
	first.judge(false) // of the one before, if there was one
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

// judge counts what the connection that was last closed for the waiter, if any, was good
// for. What was of no use in one moment, when the machine stood still, say, is counted
// once.
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

// begin is called before the first hit, and end when no more are to come. Then nobody
// needs an idle connection, and those who still wait are patient no longer: each has one
// closed, as long as that is believed to help.
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

// free picks one who waits at the end and was not given the place of another yet.
func (s *connPool) free() bool {
	i := slices.IndexFunc(s.line, func(w *waiter) bool { return !w.freed })
	if !s.ending || s.doubts >= perDoubt || i < 0 {
		return false
	}
	s.line[i].freed = true
	return true
}

// nextStarving takes out the first of those who starve, if any still does.
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
