package load_test

import (
	"bufio"
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// One worker serves one connection for as long as the client keeps it: a hit on
// another connection waits until the client closes the first.
func TestAWorkerThatIsKeptIsGivenUp(t *testing.T) {
	var worker sync.Mutex
	base := raw(t, func(v *visitor, _ int) {
		worker.Lock()
		defer worker.Unlock()
		for v.serve() {
		}
	})
	worksForAll(t, dial(t, base, load.Options{}))
}

// With TLS, the handshake already waits for a worker.
func TestAWorkerThatIsKeptIsGivenUpForAHandshake(t *testing.T) {
	var worker sync.Mutex
	srv := httptest.NewUnstartedServer(nil)
	srv.StartTLS() // for its certificate
	certificate := srv.TLS
	srv.Close()
	base := raw(t, func(v *visitor, _ int) {
		worker.Lock()
		defer worker.Unlock()
		c := tls.Server(v.TCPConn, certificate)
		defer c.Close()
		for r := bufio.NewReader(c); answer(r, c); {
		}
	})
	worksForAll(t, dial(t, strings.Replace(base, "http:", "https:", 1), load.Options{TLS: &tls.Config{InsecureSkipVerify: true}}))
}

// worksForAll sends to a server with one worker, from several users and in an open
// loop.
func worksForAll(t *testing.T, c *load.Client) {
	b, err := c.Saturate(t.Context(), requests(t, browse), 0, 4, 0, 300*time.Millisecond)
	if err != nil || b.Errors > 0 || b.Connections.Yielded == 0 {
		t.Errorf("closed loop: %v, %d errors, drain %v, %+v; want all served", err, b.Errors, b.Drain, b.Connections)
	}
	rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Poisson(1, []scenarios.Stage{{For: time.Second, Rate: scenarios.Rate{Value: 100}}}, 0), Requests: requests(t, browse)}, nil)
	if err != nil || rec.Errors > 0 {
		t.Errorf("open loop: %v, %d errors, at most %v", err, rec.Errors, rec.Latency.Max())
	}
}

// A server that is slow only for the first answer on a connection does not lack
// workers: to close connections for others does not help, and the client must give
// it up, however slow the first answer is.
func TestASlowFirstAnswerIsNoLackOfWorkers(t *testing.T) {
	for _, ms := range []time.Duration{18, 60} {
		first := ms * time.Millisecond
		t.Run(first.String(), func(t *testing.T) {
			base := slowFirst(t, first)
			c := dial(t, base, load.Options{})
			for n := range uint64(100) { // the client learns the usual time of an answer
				if _, err := c.Ask(t.Context(), requests(t, browse), n); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := c.Saturate(t.Context(), requests(t, browse), 0, 4, 0, 2*time.Second); err != nil { // the client learns that closing does not help
				t.Fatal(err)
			}
			b, err := c.Saturate(t.Context(), requests(t, browse), 0, 4, 0, time.Second)
			if n := b.Connections; err != nil || b.Errors > 0 || n.Yielded > 6 || n.Opened > 10 {
				t.Errorf("%v, %d errors, %+v: want almost no connection closed for others", err, b.Errors, n)
			}
		})
	}
}

// slowFirst is a server that needs d for the first answer on each connection.
func slowFirst(t *testing.T, d time.Duration) (base string) {
	return raw(t, func(v *visitor, _ int) {
		for slow := true; ; slow = false {
			if _, err := v.r.Peek(1); err != nil {
				return
			}
			if slow {
				time.Sleep(d) // the server's service time
			}
			v.serve()
		}
	})
}
