package load

import (
	"math"
	"sync"
	"time"
)

// Connections says what became of the connections to a target. None of it is an
// error: HTTP lets a server close a connection that is idle, at any time (RFC 9112
// §9.5).
type Connections struct {
	Opened    uint64        // for a hit; its latency contains what that took
	Connect   time.Duration // what opening them took, all together
	Closed    uint64        // by the target while they were idle: found before anything was sent
	Resent    uint64        // requests sent again, since the connection was closed before any of an answer came
	Reopened  uint64        // hits that found their connection closed, and got an answer on another
	Reopening time.Duration // what those hits took, all together
	Yielded   uint64        // by us when idle, since a hit on another connection was not being served
}

// Add adds another count.
func (c *Connections) Add(more Connections) {
	c.Opened, c.Connect = c.Opened+more.Opened, c.Connect+more.Connect
	c.Reopened, c.Reopening = c.Reopened+more.Reopened, c.Reopening+more.Reopening
	c.Closed, c.Resent, c.Yielded = c.Closed+more.Closed, c.Resent+more.Resent, c.Yielded+more.Yielded
}

// A connPool keeps the connections that are idle. What was used last is used first, so
// that those which are not needed end.
type connPool struct {
	mu       sync.Mutex
	idle     []*conn       // the last is the one that was used last
	shortest time.Duration // that a connection had been idle which the target had closed
	usual    time.Duration // moving average of what an answer takes that is not the first on its connection; 0 until there is one
	line     []*waiter     // all hits on new connections, the longest first
	starving []*waiter     // that would have a connection closed, and found none idle; the first has waited longest
	yielded  uint64
	ending   bool // no more hits are to come
	timeout  time.Duration
	bound    bool      // the target has few workers, each of which serves one connection until that ends
	doubts   int       // whether closing a connection for another helps: perDoubt for each that did not, less one for each that did
	doubted  time.Time // when it last did not
}

func newConnPool(timeout time.Duration) *connPool {
	return &connPool{shortest: math.MaxInt64, timeout: timeout}
}

// take returns an idle connection that is still good, nil if there is none, and how
// many the target had closed. A request that must not be sent twice gets none that may
// be closed while it is on its way.
func (s *connPool) take(once bool, now, deadline time.Time) (k *conn, closed uint64) {
	var dead []*conn
	defer func() { closeAll(dead) }()
	for {
		k, trusted, doubtful := s.pop(once, now)
		if k == nil {
			return nil, closed
		}
		if doubtful { // the one that is opened instead takes its place at the target
			dead = append(dead, k)
			return nil, closed
		}
		k.idle = now.Sub(k.since)
		if k.idle < k.keep {
			if k.SetDeadline(deadline) == nil && (trusted || k.wire.alive()) {
				return k, closed
			}
			closed++
			s.learn(k.idle)
		}
		dead = append(dead, k)
	}
}

// pop takes out the connection that was used last. It is trusted to be good, without a
// look, if it was used just now, by a target that has never closed one, for a request
// that may be sent again. It is doubtful if one that must not be sent twice may meet its
// end.
func (s *connPool) pop(once bool, now time.Time) (k *conn, trusted, doubtful bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.idle) - 1
	if n < 0 {
		return nil, false, false
	}
	k = s.idle[n]
	s.idle[n], s.idle = nil, s.idle[:n]
	if once {
		return k, false, !s.surely(now.Sub(k.sent))
	}
	return k, s.shortest == math.MaxInt64 && now.Sub(k.since) < time.Millisecond, false
}

// surely reports whether a connection whose last request was sent so long ago will be
// kept: a target that closes idle ones has closed none after less than twice that. One
// that closes them at once may do so at any time.
func (s *connPool) surely(idle time.Duration) bool {
	const atOnce = 2 * time.Millisecond
	return s.shortest > atOnce && idle < s.shortest/2
}

// learn notes that the target closed a connection that had been idle for so long, or
// for less.
func (s *connPool) learn(idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shortest = min(s.shortest, idle)
}

// put keeps a connection whose last answer took so long, unless another waits for its
// place.
func (s *connPool) put(k *conn, now time.Time, took time.Duration) {
	k.since, k.sent = now, now.Add(-took)
	if victim := s.keep(k, took); victim != nil {
		closeAll([]*conn{victim})
	}
}

// keep returns the connection to close: this one, or one that nobody needed.
func (s *connPool) keep(k *conn, took time.Duration) (victim *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.learnUsual(took, k.used)
	k.used = true
	if s.bound && len(s.line) > 0 {
		s.yielded++
		return k
	}
	if w := s.nextStarving(); w != nil {
		w.helped()
		return k
	}
	if s.free() {
		return k
	}
	s.idle = append(s.idle, k)
	if oldest := s.idle[0]; k.since.Sub(oldest.since) > oldest.keep {
		return s.shift()
	}
	return nil
}

// learnUsual learns what an answer takes. The first on a connection counts as long as
// there is no other: it may have waited for a worker, or be slow as such.
func (s *connPool) learnUsual(took time.Duration, used bool) {
	switch {
	case s.usual == 0:
		s.usual = took
	case used:
		s.usual += (took - s.usual) / 16
	}
}

// shift takes out the connection that has been idle for longest.
func (s *connPool) shift() *conn {
	k := s.idle[0]
	s.idle[0], s.idle = nil, s.idle[1:]
	return k
}

// yields is how many connections were closed for others since it was last called.
func (s *connPool) yields() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.yielded
	s.yielded = 0
	return n
}

// takeAll takes out all that are idle.
func (s *connPool) takeAll() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	idle := s.idle
	s.idle = nil
	return idle
}

// close closes all that are idle.
func (s *connPool) close() { closeAll(s.takeAll()) }

// closeAll closes connections from which nothing more is wanted: there is nothing to
// do about an error.
func closeAll(all []*conn) {
	for _, k := range all {
		k.wire.Conn.Close()
	}
}
