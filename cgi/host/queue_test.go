package host

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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

// While requests wait, and only then, places are sought for them.
func TestAQueueSeeksPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2, 100)
		var asked []int
		q.press = func(waiting int) { asked = append(asked, waiting) }
		count, out := inside(t, q, 5)
		time.Sleep(2*pressure + pressure/2)
		if got := count(); got != 2 || !slices.Equal(asked, []int{3, 3}) {
			t.Errorf("%d inside, sought for %v, want 3 twice", got, asked)
		}
		for range 3 {
			out()
		}
		time.Sleep(pressure)
		synctest.Wait()
		asked = nil
		time.Sleep(10 * pressure)
		synctest.Wait()
		if len(asked) > 0 {
			t.Errorf("no request waits, but places were sought for %v", asked)
		}
	})
}

// Users that lend their places let as many others in, and have their places again when they go
// on, without waiting. Never are more inside than twice the places.
func TestPlacesAreLent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(3, 100)
		count, out := inside(t, q, 20)
		var back []func()
		for want := 4; want <= 6; want++ {
			back = append(back, q.lend())
			if got := count(); got != want {
				t.Errorf("%d lend their places: %d inside, want %d", len(back), got, want)
			}
		}
		if q.lend() != nil {
			t.Error("more places were lent than there are")
		}
		back[0]() // goes on: four are busy, two wait
		for range 3 {
			goOn := q.lend() // the place of the one that went on
			if got := count(); got != 6 {
				t.Errorf("after one went on, and another lent its place: %d inside, want 6", got)
			}
			goOn()
		}
		back[1]()
		back[2]()
		for _, want := range []int{5, 4, 3, 3, 3} {
			if out(); count() != want {
				t.Errorf("all have gone on, and one left: %d inside, want %d", count(), want)
			}
		}
	})
}
