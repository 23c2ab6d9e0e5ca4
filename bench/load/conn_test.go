package load_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// signing is browsing with guests who leave a message.
var signing = append([]scenarios.Route{
	{Name: "sign", Weight: 1, Method: "POST", Path: "/", Form: []scenarios.Field{{Name: "a", Value: "b"}}, Expect: scenarios.Expect{Body: "ok"}},
}, browse...)

// raw serves each connection with a function that gets the connection's number.
func raw(tb testing.TB, serve func(c *visitor, n int)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(&visitor{c.(*net.TCPConn), bufio.NewReader(c)}, n)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// A visitor is a connection from the server's side.
type visitor struct {
	*net.TCPConn
	r *bufio.Reader
}

// serve answers a request as echo does. It returns false if there was none.
func (v *visitor) serve() bool { return answer(v.r, v) }

func answer(r *bufio.Reader, w io.Writer) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	io.Copy(io.Discard, req.Body)
	body := "ok " + req.URL.Path[min(len("/ads/"), len(req.URL.Path)):]
	fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return true
}

// idlers are servers that end a connection without notice, as HTTP allows.
var idlers = map[string]func(v *visitor, n int){
	"idle for 20 ms": func(v *visitor, _ int) {
		v.serve()
		for v.SetReadDeadline(time.Now().Add(20*time.Millisecond)) == nil && v.serve() {
		}
	},
	"one answer": func(v *visitor, _ int) { v.serve() },
	"five answers, and the next request unread": func(v *visitor, _ int) {
		for range 5 {
			if !v.serve() {
				return
			}
		}
		v.r.Peek(1)
		v.SetLinger(0)
	},
	"a message that nobody asked for": func(v *visitor, _ int) {
		v.serve()
		v.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
		for v.serve() {
		}
		io.WriteString(v, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	},
}

// timed names the idlers that end a connection at a time of their own, whatever is on
// its way. A POST that meets this moment is rightly an error.
var timed = map[string]bool{"idle for 20 ms": true, "a message that nobody asked for": true}

func dial(tb testing.TB, base string, o load.Options) *load.Client {
	tb.Helper()
	c, err := load.NewClient(base, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

func TestAServerMayCloseAnIdleConnection(t *testing.T) {
	for name, serve := range idlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, raw(t, serve), load.Options{})
			r := requests(t, signing)
			if timed[name] { // on a busy machine, a POST may arrive at just this moment
				r = requests(t, browse)
			}
			c.Warm(t.Context(), r, load.WarmUp{Hits: 200, Users: 4, Length: 100 * time.Millisecond})
			stages := []scenarios.Stage{{For: 2 * time.Second, Rate: scenarios.Rate{Value: 60}}}
			rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Poisson(1, stages, 0), Requests: r}, nil)
			if err != nil || rec.Errors > 0 || rec.Hits < 50 {
				t.Errorf("open loop: %v, %d hits, %d errors: %+v", err, rec.Hits, rec.Errors, rec.Faults)
			}
			if n := rec.Connections; n.Closed+n.Resent == 0 || n.Opened == 0 || n.Connect == 0 {
				t.Errorf("open loop: %+v, want connections that were closed or requests that were sent again", n)
			}
			b, err := c.Saturate(t.Context(), r, 0, 4, 0, 300*time.Millisecond)
			if err != nil || b.Errors > 0 || b.Hits == 0 {
				t.Errorf("closed loop: %v, %d hits, %d errors: %+v", err, b.Hits, b.Errors, b.Faults)
			}
		})
	}
}

// A POST whose connection is known to be closed has not been sent, so it uses
// another.
func TestAPostGoesOutOnAnotherConnection(t *testing.T) {
	over := make(chan struct{})
	base := raw(t, func(v *visitor, n int) {
		v.serve()
		if n == 0 {
			v.Close()
			close(over)
		}
	})
	c := dial(t, base, load.Options{})
	r := requests(t, signing).Only(0)
	if _, err := c.Ask(t.Context(), r, 0); err != nil {
		t.Fatal(err)
	}
	<-over
	if _, err := c.Ask(t.Context(), r, 1); err != nil {
		t.Error(err)
	}
}

// A request that the target may have seen is sent again only if it is idempotent
// and the connection had worked before (RFC 9110 §9.2.2).
func TestUnsafeRequestsAreNotSentAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		answers  int // answers on a connection before it is reset
		method   string
		want     error
		requests int64
	}{
		{"new connection", 0, "GET", syscall.ECONNRESET, 1},
		{"post", 1, "POST", syscall.ECONNRESET, 2},
		{"get", 1, "GET", nil, 3},
		{"delete", 1, "DELETE", nil, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen atomic.Int64
			base := raw(t, func(v *visitor, n int) {
				for range c.answers {
					v.r.Peek(1)
					seen.Add(1) // before the client gets its answer
					v.serve()
				}
				v.r.Peek(1)
				seen.Add(1)
				v.SetLinger(0)
			})
			cl := dial(t, base, load.Options{})
			r := requests(t, []scenarios.Route{{Name: "x", Weight: 1, Method: c.method, Path: "/"}})
			for n := range c.answers {
				if _, err := cl.Ask(t.Context(), r, uint64(n)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := cl.Ask(t.Context(), r, 1); !errors.Is(err, c.want) || seen.Load() < c.requests {
				t.Errorf("%v, %d requests seen; want %v and %d", err, seen.Load(), c.want, c.requests)
			}
		})
	}
}

// A target may refuse a body without reading it.
func TestAnEarlyAnswerCounts(t *testing.T) {
	base := raw(t, func(v *visitor, _ int) {
		if _, err := http.ReadRequest(v.r); err != nil {
			return
		}
		io.WriteString(v, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
		v.CloseWrite()
		v.r.Peek(v.r.Buffered() + 1)
	})
	for _, size := range []int{20_000, 8 << 20} {
		large := scenarios.Field{Name: "a", Value: strings.Repeat("x", size)}
		r := requests(t, []scenarios.Route{{Name: "x", Weight: 1, Method: "POST", Path: "/", Form: []scenarios.Field{large}, Expect: scenarios.Expect{Status: 413, Body: "no"}}})
		rec, err := dial(t, base, load.Options{}).Offer(t.Context(), load.Traffic{Arrivals: load.Constant(50, 200*time.Millisecond), Requests: r}, nil)
		if err != nil || rec.Hits != 10 {
			t.Errorf("%d bytes: %v, %d hits, %+v; want 10", size, err, rec.Hits, rec.Faults)
		}
	}
}

// A client that sends "Connection: close" must not use the connection again,
// whatever the server answers.
func TestAConnectionThatTheScenarioCloses(t *testing.T) {
	var opened atomic.Int64
	base := raw(t, func(v *visitor, n int) {
		opened.Add(1)
		for v.serve() {
		}
	})
	mix := []scenarios.Route{{Name: "x", Weight: 1, Method: "GET", Path: "/", Header: []scenarios.Field{{Name: "connection", Value: "Close"}}, Expect: scenarios.Expect{Body: "ok"}}}
	rec, err := dial(t, base, load.Options{}).Offer(t.Context(), load.Traffic{Arrivals: load.Constant(50, 100*time.Millisecond), Requests: requests(t, mix)}, nil)
	if err != nil || rec.Hits != 5 || opened.Load() != 5 || rec.Connections.Opened != 5 || rec.Connections.Closed > 0 {
		t.Errorf("%v, %d hits on %d connections, %+v", err, rec.Hits, opened.Load(), rec.Connections)
	}
}

func TestAnswersOfEveryForm(t *testing.T) {
	cookies := strings.Repeat("Set-Cookie: a="+strings.Repeat("x", 980)+"\r\n", 20)
	for _, c := range []struct {
		name, answer string
		want         load.Fault
		opened       uint64 // connections for three hits
	}{
		{"interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "", 1},
		{"20 cookies of 980 bytes", "HTTP/1.1 200 OK\r\n" + cookies + "Content-Length: 2\r\n\r\nok", "", 1},
		{"a header of 400 kB", "HTTP/1.1 200 OK\r\n" + strings.Repeat(cookies, 20) + "Content-Length: 2\r\n\r\nok", load.FaultLarge, 3},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nok", "", 3},
		{"HTTP/1.0 kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", "", 1},
		{"closing", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "", 3},
		{"to be used once", "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=0\r\nContent-Length: 2\r\n\r\nok", "", 3},
		{"more than it announces", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", "", 3},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", "", 1},
		{"cut off", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", load.FaultEOF, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := raw(t, func(v *visitor, _ int) {
				for {
					if _, err := http.ReadRequest(v.r); err != nil {
						return
					}
					io.WriteString(v, c.answer)
					if c.opened > 1 {
						return
					}
				}
			})
			r := requests(t, []scenarios.Route{{Name: "x", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "ok"}}})
			cl := dial(t, base, load.Options{MaxInFlight: 1}) // one after another, on a busy machine too
			rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(20, 150*time.Millisecond), Requests: r}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if n := rec.Connections; n.Opened != c.opened || n.Closed+n.Resent > 0 {
				t.Errorf("%+v, want %d opened", n, c.opened)
			}
			if want := uint64(3); c.want == "" && rec.Hits != want || c.want != "" && rec.Faults[c.want].Count != want {
				t.Errorf("%d hits, %+v, want 3 of %q", rec.Hits, rec.Faults, c.want)
			}
		})
	}
}

func TestAHostOfOnesOwn(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Host, r.RequestURI) }, load.Options{})
	r := requests(t, []scenarios.Route{{Name: "x", Weight: 1, Method: "GET", Path: "/a|b//c/../%7e?d|e", Header: []scenarios.Field{{Name: "Host", Value: "shop.example"}}}})
	a, err := c.Ask(t.Context(), r, 0)
	if want := "shop.example/a|b//c/../%7e?d|e"; err != nil || string(a.Body) != want {
		t.Errorf("got %q, %v; want %q", a.Body, err, want)
	}
}

// A POST that needs a new connection closes the idle one that it could have used.
func TestAPostLeavesNoConnectionBehind(t *testing.T) {
	var open atomic.Int64
	base := raw(t, func(v *visitor, _ int) {
		open.Add(1)
		defer open.Add(-1)
		v.serve()
		v.CloseWrite() // without notice
		v.r.Peek(1)    // until the client closes it as well
	})
	c := dial(t, base, load.Options{})
	c.Warm(t.Context(), requests(t, browse), load.WarmUp{Hits: 20, Users: 1, Length: 100 * time.Millisecond}) // the client learns when connections end
	b, err := c.Saturate(t.Context(), requests(t, signing).Only(0), 0, 1, 0, 100*time.Millisecond)
	if err != nil || b.Errors > 0 || b.Hits < 5 {
		t.Fatalf("%v, %d hits, %d errors", err, b.Hits, b.Errors)
	}
	for patience := time.Now().Add(20 * time.Second); open.Load() > 4; time.Sleep(time.Millisecond) {
		if time.Now().After(patience) {
			t.Fatalf("%d connections are open after %d hits of one user, want 1", open.Load(), b.Hits)
		}
	}
}

// The answer to HEAD ends with its header, so it keeps the connection open even
// without a length (RFC 9112 §6.3).
func TestHeadNeedsNoLength(t *testing.T) {
	for answer, opened := range map[string]uint64{
		"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n":                                                   1,
		"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nConnection: Close\r\n\r\n":                              3,
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\nConnection: close\r\n\r\n": 3,
		"HTTP/1.0 200 OK\r\nContent-Type: a/b\r\n\r\n":                                                   3,
		"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 30_000) + "\r\n\r\n":                              2, // larger than the first buffer: closed to be safe
		"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n":                                                  1,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: close\r\n\r\n":                              1,
	} {
		base := raw(t, func(v *visitor, _ int) {
			for {
				if _, err := http.ReadRequest(v.r); err != nil {
					return
				}
				io.WriteString(v, answer)
			}
		})
		r := requests(t, []scenarios.Route{{Name: "x", Weight: 1, Method: "HEAD", Path: "/"}})
		cl := dial(t, base, load.Options{MaxInFlight: 1})
		rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(20, 150*time.Millisecond), Requests: r}, nil)
		if err != nil || rec.Hits != 3 || rec.Connections.Opened != opened || rec.Latency.Max() > 5*time.Second {
			t.Errorf("%.60q: %v, %d hits, %+v, at most %v; want 3 at once on %d connections", answer, err, rec.Hits, rec.Connections, rec.Latency.Max(), opened)
		}
	}
}
