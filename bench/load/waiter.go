package load

import "time"

// A server with a fixed number of workers serves as many connections, idle ones
// included; a hit on another waits until one ends. Visitors come and go; we would
// keep them for as long as we have hits. So a hit on a new connection that waits much
// longer than is usual has another one closed, and one more each time that it has waited
// twice as long: what becomes free may go to another client.
//
// A first answer may be slow for reasons of its own: a process that is started for the
// connection, a login, TLS. Then closing another does not help, and the user whose
// connection it was has to wait for a first answer himself. So it is looked whether it
// helped: where the answer came no sooner after the close than the close came after the
// request, all wait for twice as long from then on, a second at most.
const (
	patienceTimes = 3
	leastPatience = 10 * time.Millisecond
	mostPatience  = time.Second
)

// patience is how long a hit on a new connection waits before one is closed for it.
func (s *stock) patience() time.Duration {
	usual := patienceTimes*s.usual + leastPatience
	return max(usual, min(usual<<s.doubts, mostPatience))
}

// attend watches over a hit on a new connection until the function that it returns is
// called.
func (s *stock) attend() (served func()) {
	w := &waiter{stock: s, began: time.Now(), times: 1}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(w.left(), w.look)
	return w.served
}

// A waiter is a hit on a new connection that has no answer yet.
type waiter struct {
	*stock
	began time.Time
	help  time.Time     // when a connection was last closed for it
	times time.Duration // how many times its patience it has to wait for the next connection to be closed
	timer *time.Timer
	over  bool
}

// left is how long the waiter still has to be patient; long, as long as nobody has
// got an answer.
func (w *waiter) left() time.Duration {
	if w.usual == 0 {
		return 10 * leastPatience
	}
	return w.times*w.patience() - time.Since(w.began)
}

// look closes the connection that has been idle for longest, or else the next that
// would become idle, once the patience is at its end.
func (w *waiter) look() {
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

// helped notes that a connection was closed for the waiter.
func (w *waiter) helped() {
	w.yielded++
	w.help = time.Now()
	w.times *= 2
	w.timer.Reset(w.left())
}

func (w *waiter) served() {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	switch {
	case w.help.IsZero():
	case time.Since(w.help) < w.help.Sub(w.began):
		w.doubts = max(0, w.doubts-1)
	default:
		w.doubts = min(w.doubts+1, 8)
	}
}

// hungriest takes out the first of those who starve, if any still does.
func (s *stock) hungriest() *waiter {
	for len(s.starving) > 0 {
		w := s.starving[0]
		s.starving = s.starving[1:]
		if !w.over {
			return w
		}
	}
	return nil
}
