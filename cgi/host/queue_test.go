package host

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// inside starts a crowd of users. count returns how many are inside; out lets one
// leave.
func inside(t *testing.T, q *queue, crowd int) (count func() int, out func()) {
	var n atomic.Int64
	next := make(chan struct{})
	t.Cleanup(func() { close(next) })
	for range crowd {
		go func() {
			if err := q.enter(t.Context()); err != nil {
				return
			}
			n.Add(1)
			<-next
			n.Add(-1)
			q.leave()
		}()
		synctest.Wait()
	}
	return func() int { synctest.Wait(); return int(n.Load()) }, func() { next <- struct{}{}; synctest.Wait() }
}

func TestAQueueIsResizedWhileItIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 100)
		count, out := inside(t, q, 20)
		for _, step := range []struct {
			size, want int
		}{{1, 1}, {5, 5}, {3, 5}} {
			q.resize(step.size)
			if got := count(); got != step.want {
				t.Errorf("with %d places: %d inside, want %d", step.size, got, step.want)
			}
		}
		for _, want := range []int{4, 3, 3, 3} {
			if out(); count() != want {
				t.Errorf("after one left: %d inside, want %d", count(), want)
			}
		}
		q.resize(1)
		q.resize(2)
		for _, want := range []int{2, 2} {
			if out(); count() != want {
				t.Errorf("with 2 places, after one left: %d inside, want %d", count(), want)
			}
		}
		q.resize(10_000)
		if got := count(); got != 14 {
			t.Errorf("with 10,000 places: %d inside, want all that remain", got)
		}
	})
}
