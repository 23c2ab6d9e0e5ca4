package host

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// errStopped is why a script is ended that goes on when the Handler stops.
var errStopped = errors.New("the gateway stops")

// A leftover is what goes on after its response: the background jobs of a script,
// and the script itself if it closed its standard output before its end.
type leftover struct {
	child
	rs      *Response
	alive   bool          // the script itself goes on,
	stop    func()        // with a watch on its time limit
	release func()        // and a place in line
	quit    chan struct{} // closed when it has to end
}

// leftovers are all that a Handler has.
type leftovers struct {
	mu      sync.Mutex
	all     map[*leftover]bool
	scripts sync.WaitGroup // those that are alive
	jobs    sync.WaitGroup
}

// add attends to a leftover in the background. Its lines are no longer the
// response's.
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
	stderr := l.rs.stderr
	l.rs.stderr = lines{}
	s.jobs.Go(func() {
		pumped := l.pump(func(b []byte) { stderr.write(l.rs, b) })
		if l.alive {
			l.finish()
			s.scripts.Done()
		}
		l.watch(pumped)
		<-pumped
		stderr.end(l.rs)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.all, l)
	})
}

// finish waits for the end of the script itself.
func (l *leftover) finish() {
	over := make(chan struct{})
	go func() {
		select {
		case <-l.quit:
			l.end(errStopped)
		case <-over:
		}
	}()
	e := l.wait()
	close(over)
	l.stop()
	l.release()
	switch {
	case e.why != nil:
		l.rs.g.record(l.rs.r, slog.LevelWarn, "script ended after its response", 0, e.why)
		endGroup(l.group())
	case e.code != 0:
		l.rs.Failed(e.how)
	}
}

// watchPeriod is how often a group is looked at whose script has ended: often
// enough for its number not to have been given to another meanwhile.
const watchPeriod = time.Second

// watch returns when nobody is left in the group and the pipes are at their end,
// or when everybody was made to end. Who left the group is not ended, but no
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

// finish gives scripts that are alive time to end by themselves, until ctx ends.
func (s *leftovers) finish(ctx context.Context) {
	ended := make(chan struct{})
	go func() {
		s.scripts.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// end ends all, and returns when they are gone.
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
