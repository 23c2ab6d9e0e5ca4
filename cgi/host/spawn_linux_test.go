package host

import (
	"sync/atomic"
	"testing"
)

// TestStartsDoNotWaitForASlowOne blocks starts, as a disk that does not answer does, and
// starts further programs.
func TestStartsDoNotWaitForASlowOne(t *testing.T) {
	const slow = 3
	release := make(chan struct{})
	var started atomic.Int64
	all := newSpawners(func(s *spawn) {
		if started.Add(1); s.path == "slow" {
			<-release
		}
		s.done <- struct{}{}
	})
	start := func(path string) *spawn {
		s := &spawn{path: path, done: make(chan struct{}, 1)}
		all.add(s)
		return s
	}
	var blocked []*spawn
	for range slow {
		blocked = append(blocked, start("slow"))
	}
	for range 20 {
		<-start("fast").done
	}
	if n := started.Load(); n != slow+20 {
		t.Errorf("%d programs were started, want %d", n, slow+20)
	}
	close(release)
	for _, s := range blocked {
		<-s.done
	}
}

// TestOneThreadStartsPrograms starts programs one after the other: no further thread is made.
func TestOneThreadStartsPrograms(t *testing.T) {
	all := newSpawners(func(s *spawn) { s.done <- struct{}{} })
	for range 100 {
		s := &spawn{done: make(chan struct{}, 1)}
		all.add(s)
		<-s.done
	}
	select {
	case all.further <- &spawn{done: make(chan struct{}, 1)}:
		t.Error("a further thread was made")
	default:
	}
}
