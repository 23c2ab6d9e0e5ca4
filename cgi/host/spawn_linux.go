package host

import (
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A spawn is a program to start, and then its process.
type spawn struct {
	path string
	args []string
	attr syscall.ProcAttr
	pid  int
	err  error
	done chan struct{}
}

// start starts the program, and returns when it runs.
func (s *spawn) start() (pid int, err error) {
	s.done = make(chan struct{}, 1)
	spawns().add(s)
	<-s.done
	return s.pid, s.err
}

// fork starts the program in this thread.
func (s *spawn) fork() {
	s.pid, s.err = syscall.ForkExec(s.path, s.args, &s.attr)
	s.done <- struct{}{}
}

// Spawners are threads that start programs. PR_SET_PDEATHSIG fires when the thread that
// forked ends, not the process, and any goroutine that exits while it is locked to its
// thread ends that. These threads never end. A thread for each request, locked until the end of
// its script, would be safe too, but whenever its goroutine waits and goes on, two threads
// have to be switched.
//
// The first thread starts them all, one after the other, as long as that is fast enough. Two
// at a time would take more CPU time each: see docs/design/host.md.
type spawners struct {
	first   chan *spawn
	further chan *spawn // to threads that help when the first takes too long
	fork    func(*spawn)
}

var spawns = sync.OnceValue(func() *spawners { return newSpawners((*spawn).fork) })

func newSpawners(fork func(*spawn)) *spawners {
	all := &spawners{make(chan *spawn), make(chan *spawn), fork}
	go all.serve(all.first)
	return all
}

func (all *spawners) serve(queue <-chan *spawn) {
	runtime.LockOSThread()
	for s := range queue {
		all.fork(s)
	}
}

// tooLong is the time for which a program waits for the first thread. That takes about
// 0.1 ms for a program, but longer on a machine with many cores that keep it busy, and
// for a program that comes from a slow disk.
const tooLong = 5 * time.Millisecond

// add gives a program to a thread. There are never more threads than programs that start at
// the same time, which the queue of requests limits.
func (all *spawners) add(s *spawn) {
	select {
	case all.first <- s:
		return
	default:
	}
	late := time.NewTimer(tooLong)
	defer late.Stop()
	select {
	case all.first <- s:
		return
	case <-late.C:
	}
	select {
	case all.first <- s:
	case all.further <- s:
	default:
		go all.serve(all.further)
		all.further <- s
	}
}
