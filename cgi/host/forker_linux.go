package host

import (
	"runtime"
	"sync"
)

// forker is the thread that starts all scripts. A script is killed when the thread
// that forked it ends (PR_SET_PDEATHSIG): this one ends with the program, whatever
// else runs in it. That forks wait for each other costs nothing, since the syscall
// package lets only one happen at a time.
var forker = sync.OnceValue(func() chan<- func() {
	work := make(chan func(), 64)
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// fork has the forker call f, and waits for it.
func fork(f func()) {
	done := make(chan struct{})
	forker() <- func() {
		f()
		close(done)
	}
	<-done
}
