package load

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Each case is a server in simulated time. Users send the next request as soon as
// they have an answer.
const (
	quickService = 2 * time.Millisecond
	simulated    = 20 * time.Second
	timeout      = 10 * time.Second
)

// A server that is slow only for the first answer on a connection does not lack
// workers: to close connections for others does not help, and must be given up,
// however slow the first answer is and however many users wait.
func TestClosingIsGivenUpWhereItDoesNotHelp(t *testing.T) {
	for _, first := range []time.Duration{12, 18, 35, 60, 90, 150, 500} {
		for _, users := range []int{2, 4, 16} {
			t.Run(fmt.Sprintf("%d ms, %d users", first, users), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := &crowd{connPool: newConnPool(timeout), service: quickService, first: func(*conn) { time.Sleep(first * time.Millisecond) }}
					c.visit(1, time.Second) // the pool learns the usual time of an answer
					c.visit(users, simulated/2)
					early := c.yields()
					c.visit(users, simulated/2)
					if late := c.yields(); late > uint64(users)*2 {
						t.Errorf("%d connections closed for others in the first half, then %d; want almost none", early, late)
					}
				})
			})
		}
	}
}

// With fewer workers than connections, all users must be served in time, and the
// waiting ones soon after the others have left.
func TestAllUsersAreServedByFewWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("the simulation is long, and the race detector changes the order of scheduling")
	}
	for _, c := range []struct {
		workers, users int
		service        time.Duration
		longest, drain time.Duration
	}{
		{1, 8, quickService, 2 * time.Second, 200 * time.Millisecond},
		{1, 64, quickService, 2 * time.Second, 500 * time.Millisecond},
		{2, 64, quickService, 2 * time.Second, 500 * time.Millisecond},
		{5, 64, quickService, 2 * time.Second, 500 * time.Millisecond},
		{2, 4, 2 * time.Second, timeout, 8 * time.Second},
		{5, 8, 2 * time.Second, timeout, 5 * time.Second},
		{5, 8, 500 * time.Millisecond, timeout, 2 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d workers, %d users, %v", c.workers, c.users, c.service), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				few := &crowd{connPool: newConnPool(timeout), service: c.service, workers: make(chan struct{}, c.workers)}
				few.first = func(*conn) { few.workers <- struct{}{} }
				for range 5 {
					drain := few.visit(c.users, simulated/4)
					if few.longest > c.longest || drain > c.drain {
						t.Errorf("the longest wait was %v and the drain took %v, want at most %v and %v", few.longest, drain, c.longest, c.drain)
					}
				}
			})
		})
	}
}

// A crowd visits a server whose first answer on a connection takes first.
type crowd struct {
	*connPool
	first   func(*conn)
	service time.Duration
	workers chan struct{} // each is busy with a connection until it ends; nil means any number

	tally   sync.Mutex
	longest time.Duration // time of a hit
}

// visit sends hits for d. It returns the time from the last hit until all were
// served.
func (c *crowd) visit(users int, d time.Duration) (drain time.Duration) {
	c.begin()
	end := time.Now().Add(d)
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			for time.Now().Before(end) {
				c.hit()
			}
			c.end()
		})
	}
	wg.Wait()
	return time.Since(end)
}

func (c *crowd) hit() {
	began := time.Now()
	k, _, _ := c.pop(false, began)
	if k == nil {
		k = &conn{keep: time.Hour, wire: &wire{Conn: &ending{crowd: c}}}
		served := c.watch()
		c.first(k)
		served()
	}
	time.Sleep(c.service)
	took := time.Since(began)
	c.put(k, time.Now(), took)
	c.tally.Lock()
	defer c.tally.Unlock()
	c.longest = max(c.longest, took)
}

// An ending is a connection that only signals its end.
type ending struct {
	net.Conn
	*crowd
}

func (e *ending) Close() error {
	if e.workers != nil {
		<-e.workers
	}
	return nil
}
