package host

import (
	"runtime"
	"sync"
	"syscall"
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

// spawns takes programs to a thread that starts them. PR_SET_PDEATHSIG fires when the
// thread that forked ends, not the process, and any goroutine that exits while it is
// locked to its thread ends that. This thread never ends. A thread for each request,
// locked until the end of its script, would be safe too, but whenever its goroutine
// waits and goes on, two threads have to be switched.
//
// Nothing is lost by starting one program at a time: syscall.ForkLock allows no more.
var spawns = sync.OnceValue(func() chan<- *spawn {
	queue := make(chan *spawn)
	go func() {
		runtime.LockOSThread()
		for s := range queue {
			s.pid, s.err = syscall.ForkExec(s.path, s.args, &s.attr)
			s.done <- struct{}{}
		}
	}()
	return queue
})

// start starts the program, and returns when it runs.
func (s *spawn) start() (pid int, err error) {
	s.done = make(chan struct{}, 1)
	spawns() <- s
	<-s.done
	return s.pid, s.err
}
