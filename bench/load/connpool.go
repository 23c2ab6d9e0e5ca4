package load

import (
	"math"
	"sync"
	"time"
)

// Connections counts events of the connections to a target. None of them is an
// error: HTTP lets a server close an idle connection at any time (RFC 9112 §9.5).
type Connections struct {
	Opened    uint64        // opened for a hit; the hit's latency includes the time
	Connect   time.Duration // total time of opening them
	Queued    uint64        // of those, opened after queueTime or more
	Closed    uint64        // closed by the target while idle, and noticed before anything was sent
	Resent    uint64        // requests sent again because the connection was closed before a byte of the answer
	Reopened  uint64        // hits whose connection was closed, answered on another
	Reopening time.Duration // total time of those hits
	Yielded   uint64        // idle connections that the client closed because a hit on another one got no answer
}

// queueTime is the least time of opening a connection while the target's listen queue
// is full: the kernel drops the handshake, and repeats it after one second (RFC 6298
// §2). Less than that allows for a coarse clock.
const queueTime = 950 * time.Millisecond

// Add adds another count.
func (c *Connections) Add(more Connections) {
	c.Opened, c.Connect, c.Queued = c.Opened+more.Opened, c.Connect+more.Connect, c.Queued+more.Queued
	c.Reopened, c.Reopening = c.Reopened+more.Reopened, c.Reopening+more.Reopening
	c.Closed, c.Resent, c.Yielded = c.Closed+more.Closed, c.Resent+more.Resent, c.Yielded+more.Yielded
}

// A connPool keeps idle connections. It uses the most recently used first, so that
// surplus ones expire.
type connPool struct {
	mu       sync.Mutex
	idle     []*conn       // the most recently used is last
	shortest time.Duration // shortest idle time after which the target had closed a connection
	usual    time.Duration // moving average of the time of an answer, except the first on a connection; 0 until there is one
	line     []*waiter     // all hits on new connections, the oldest first
	starving []*waiter     // those that need a connection closed but found none idle, the oldest first
	yielded  uint64
	ending   bool // no more hits will come
	timeout  time.Duration
	bound    bool      // the target has few workers, and each serves one connection until it ends
	doubts   int       // doubts that closing connections helps: plus perDoubt for each close that did not help, minus one for each that did
	doubted  time.Time // time of the last close that did not help
}

func newConnPool(timeout time.Duration) *connPool {
	return &connPool{shortest: math.MaxInt64, timeout: timeout}
}

// take returns an idle connection that still works, or nil, and the number that the
// target had closed. A request that must not be sent twice (once) gets no
// connection that may be closed while it is on its way.
func (s *connPool) take(once bool, now, deadline time.Time) (k *conn, closed uint64) {
	var dead []*conn
	defer func() { closeAll(dead) }()
	for {
		k, trusted, doubtful := s.pop(once, now)
		if k == nil {
			return nil, closed
		}
		if doubtful { // the target needs its place for the new connection
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

// pop removes the most recently used connection. It is trusted without a check if
// it was used just now, the target has never closed one, and the request may be
// sent again. It is doubtful if the request must not be sent twice and the target
// may close the connection soon.
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

// surely reports whether a connection that has been idle for this long is safe: the
// target has closed connections only after more than twice that time. A target that
// closes them at once may do so at any time.
func (s *connPool) surely(idle time.Duration) bool {
	const atOnce = 2 * time.Millisecond
	return s.shortest > atOnce && idle < s.shortest/2
}

// learn notes that the target closed a connection that had been idle for at most
// this long.
func (s *connPool) learn(idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shortest = min(s.shortest, idle)
}

// put keeps a connection whose last answer took this long, unless a waiter needs
// its place.
func (s *connPool) put(k *conn, now time.Time, took time.Duration) {
	k.since, k.sent = now, now.Add(-took)
	if victim := s.keep(k, took); victim != nil {
		closeAll([]*conn{victim})
	}
}

// keep returns the connection to close, if any: this one, or the oldest if it has
// been idle for too long.
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

// learnUsual updates the usual time of an answer. The first answer on a connection
// counts only until there is another: it may have waited for a worker, or be slow
// by itself.
func (s *connPool) learnUsual(took time.Duration, used bool) {
	switch {
	case s.usual == 0:
		s.usual = took
	case used:
		s.usual += (took - s.usual) / 16
	}
}

// shift removes the connection that has been idle for longest.
func (s *connPool) shift() *conn {
	k := s.idle[0]
	s.idle[0], s.idle = nil, s.idle[1:]
	return k
}

// yields returns the number of connections closed for others since its last call.
func (s *connPool) yields() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.yielded
	s.yielded = 0
	return n
}

// takeAll removes all idle connections.
func (s *connPool) takeAll() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	idle := s.idle
	s.idle = nil
	return idle
}

// close closes all idle connections.
func (s *connPool) close() { closeAll(s.takeAll()) }

// closeAll closes connections. It ignores errors: the connections are not used
// again.
func closeAll(all []*conn) {
	for _, k := range all {
		k.wire.Conn.Close()
	}
}
