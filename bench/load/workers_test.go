package load

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// prefork is a server with a number of workers. Each serves one connection at a
// time, even while it is idle.
func prefork(t *testing.T, workers int, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Listener = &limited{Listener: s.Listener, places: make(chan struct{}, workers)}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

type limited struct {
	net.Listener
	places chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &slot{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

type slot struct {
	net.Conn
	leave func()
}

func (p *slot) Close() error {
	defer p.leave()
	return p.Conn.Close()
}

// warmed returns a client after a warm-up of the server at url.
func warmed(t *testing.T, url string) *Client {
	t.Helper()
	c, err := NewClient(url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	r, err := NewRequests([]scenarios.Route{{Name: "page", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Status: 200}}}, nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	c.Warm(t.Context(), r, WarmUp{Hits: 200, Users: 4, Length: 100 * time.Millisecond})
	return c
}

func TestFewWorkersAreFound(t *testing.T) {
	for _, workers := range []int{1, 2, 5, 12} {
		for _, service := range []time.Duration{time.Millisecond, 40 * time.Millisecond} {
			t.Run(fmt.Sprintf("%d workers, %v", workers, service), func(t *testing.T) {
				t.Parallel()
				s := prefork(t, workers, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(service) }))
				for range 3 { // on a busy machine, an answer may come too late
					if warmed(t, s.URL).conns.bound {
						return
					}
				}
				t.Error("the probe did not find the workers")
			})
		}
	}
}

// A server that serves any number of connections must not be taken for one with few workers,
// regardless of how long its answers take.
func TestNoWorkersAreFoundWhereNoneHoldsAConnection(t *testing.T) {
	for _, ms := range []int{0, 30, 60, 90, 120, 150, 200, 300, 500} {
		t.Run(fmt.Sprintf("first answer %d ms", ms), func(t *testing.T) {
			t.Parallel()
			var seen sync.Map
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if _, again := seen.LoadOrStore(r.RemoteAddr, true); !again {
					time.Sleep(time.Duration(ms) * time.Millisecond)
				}
			}))
			t.Cleanup(s.Close)
			if warmed(t, s.URL).conns.bound {
				t.Error("the probe found workers, want none")
			}
		})
	}
}

// If the workers are known to be few, a hit waits as long as at a server where each
// visitor opens a connection: in turn, and no longer.
func TestHitsAreServedInTurnByFewWorkers(t *testing.T) {
	const hits = 2000
	for _, c := range []struct {
		workers int
		service time.Duration
		use     float64 // utilisation of the workers
	}{{1, 20, 0.5}, {2, 50, 0.5}, {2, 20, 0.8}, {4, 300, 0.45}} {
		t.Run(fmt.Sprint(c.workers, c.service, c.use), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := c.service * time.Millisecond
				few := &crowd{connPool: newConnPool(timeout), service: service, workers: make(chan struct{}, c.workers)}
				few.first = func(*conn) { few.workers <- struct{}{} }
				few.bindWorkers()
				r := rand.New(rand.NewPCG(1, uint64(c.workers)))
				took := make([]time.Duration, hits)
				var wg sync.WaitGroup
				for i := range hits {
					wg.Go(func() {
						began := time.Now()
						few.hit()
						took[i] = time.Since(began)
					})
					time.Sleep(time.Duration(r.ExpFloat64() * float64(service) / (c.use * float64(c.workers))))
				}
				wg.Wait()
				queue := waits(hits, c.workers, service, c.use)
				slices.Sort(took)
				for _, q := range []float64{0.5, 0.95, 0.99} {
					got, want := took[int(q*hits)], queue[int(q*hits)]
					if got > want+want/4 {
						t.Errorf("p%g is %v, want %v", 100*q, got, want)
					}
				}
			})
		})
	}
}

// waits simulates the queue of a server with a fixed service time and the same
// arrivals, and returns the visitors' waits, sorted.
func waits(hits, workers int, service time.Duration, use float64) []time.Duration {
	r := rand.New(rand.NewPCG(1, uint64(workers)))
	free, now := make([]time.Duration, workers), time.Duration(0)
	all := make([]time.Duration, hits)
	for i := range all {
		slices.Sort(free)
		free[0] = max(free[0], now) + service
		all[i] = free[0] - now
		now += time.Duration(r.ExpFloat64() * float64(service) / (use * float64(workers)))
	}
	slices.Sort(all)
	return all
}
