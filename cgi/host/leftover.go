package host

import (
	"errors"
	"log/slog"
	"sync"
	"time"
)

// errStopped is the reason for ending a script that still runs when the Handler
// stops.
var errStopped = errors.New("the gateway was stopped")

// A leftover is the part of a script that goes on after its response: its
// background jobs, and the script itself if it closed its standard output and still
// runs.
type leftover struct {
	child
	rs      *Response
	alive   bool          // the script itself still runs
	stop    func()        // stops the watch on its time limit
	release func()        // frees its place in the queue
	quit    chan struct{} // closed when it must end
}

// leftovers are the leftovers of one Handler.
type leftovers struct {
	mu      sync.Mutex
	all     map[*leftover]bool
	scripts sync.WaitGroup // those that are alive
	jobs    sync.WaitGroup
}

// add watches a leftover in the background.
func (s *leftovers) add(l *leftover) {
	l.quit = make(chan struct{})
	s.mu.Lock()
	if s.all == nil {
		s.all = map[*leftover]bool{}
	}
	s.all[l] = true
	s.mu.Unlock()
	if l.alive {
		s.scripts.Add(1)
	}
	s.jobs.Go(func() {
		defer s.remove(l)
		if l.alive && l.follow(l.rs) {
			s.conclude(l, l.wait())
			if l.drain(l.rs) && !groupAlive(l.group()) {
				l.close()
				return
			}
		}
		pumped := l.pump()
		if l.alive {
			s.conclude(l, l.finish())
		}
		l.watch(pumped)
		<-pumped
	})
}

func (s *leftovers) remove(l *leftover) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, l)
}

// finish waits for the end of the script itself.
func (l *leftover) finish() exit {
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-l.quit:
			l.end(errStopped)
		case <-over:
		}
	}()
	return l.wait()
}

// conclude frees the place of a script that has ended, and logs how it ended.
func (s *leftovers) conclude(l *leftover, e exit) {
	l.alive = false
	l.stop()
	l.release()
	switch {
	case e.why != nil:
		l.rs.g.record(l.rs.r, slog.LevelWarn, l.late(), 0, e.why)
		endGroup(l.group())
	case e.code != 0:
		l.rs.Failed(e.how)
	}
	s.scripts.Done()
}

// late is the message about a script that was ended after its response.
func (l *leftover) late() string {
	if l.rs.Complete() {
		return "script failed after its response"
	}
	return "script ended after its response"
}

// watchPeriod is the time between two checks of a group whose script has ended. It is
// short, because the number may be used again: see signalOrphans.
const watchPeriod = time.Second

// watch returns when the group is empty and the pipes are at their end, or when the
// group was ended. A process that left the group is not ended, but its output is no
// longer read.
func (l *leftover) watch(pumped <-chan struct{}) {
	defer l.close()
	tick := time.NewTicker(watchPeriod)
	defer tick.Stop()
	for groupAlive(l.group()) {
		select {
		case <-tick.C:
		case <-l.quit:
			endGroup(l.group())
			return
		}
	}
	select {
	case <-pumped:
	case <-l.quit:
	}
}

// end ends all leftovers, and waits for them.
func (s *leftovers) end() {
	s.mu.Lock()
	for l := range s.all {
		select {
		case <-l.quit:
		default:
			close(l.quit)
		}
	}
	s.mu.Unlock()
	s.jobs.Wait()
}
