package load

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Each case is a server in simulated time: users ask again as soon as they have an
// answer.
const (
	service   = 2 * time.Millisecond
	simulated = 20 * time.Second
)

// A server whose first answer on a connection takes long has no fewer workers than
// connections: closing one for another helps nobody, and is given up, however long it
// takes and however many users wait at once.
func TestClosingIsGivenUpWhereItDoesNotHelp(t *testing.T) {
	for _, first := range []time.Duration{12, 18, 35, 60, 90, 150, 500} {
		for _, users := range []int{2, 4, 16} {
			t.Run(fmt.Sprintf("%d ms, %d users", first, users), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := &crowd{stock: newStock(), first: func(*conn) { time.Sleep(first * time.Millisecond) }}
					c.visit(1, time.Second) // and it is known what an answer takes
					c.visit(users, simulated/2)
					early := c.yields()
					c.visit(users, simulated/2)
					if late := c.yields(); late > uint64(users)*2 {
						t.Errorf("%d connections closed for others at first, then %d; want hardly any", early, late)
					}
				})
			})
		}
	}
}

// Where there are fewer workers than connections, everybody is served, also while
// the machine stands still at times.
func TestEverybodyIsServedByFewWorkers(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		for _, users := range []int{8, 64} {
			t.Run(fmt.Sprintf("%d workers, %d users", workers, users), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := &crowd{stock: newStock(), workers: make(chan struct{}, workers)}
					c.first = func(*conn) { c.workers <- struct{}{} }
					c.visit(users, simulated)
					if c.longest > 5*time.Second {
						t.Errorf("a user waited for %v", c.longest)
					}
				})
			})
		}
	}
}

// A crowd visits a server at which a first answer takes what first takes.
type crowd struct {
	*stock
	first   func(*conn)
	workers chan struct{} // one is busy with a connection until that ends; nil for as many as wanted

	tally   sync.Mutex
	longest time.Duration // that a hit took
}

func (c *crowd) visit(users int, d time.Duration) {
	end := time.Now().Add(d)
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			for time.Now().Before(end) {
				c.hit()
			}
		})
	}
	wg.Wait()
}

func (c *crowd) hit() {
	began := time.Now()
	k, _, _ := c.pop(false, began)
	if k == nil {
		k = &conn{keep: time.Hour, wire: &wire{Conn: &ending{crowd: c}}}
		served := c.attend()
		c.first(k)
		served()
	}
	time.Sleep(service)
	took := time.Since(began)
	c.put(k, time.Now(), took)
	c.tally.Lock()
	defer c.tally.Unlock()
	c.longest = max(c.longest, took)
}

// An ending is a connection of which only its end matters.
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
