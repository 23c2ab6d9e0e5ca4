//go:build linux

package fastcgi

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A worker is a FastCGI program with processes that each serve one connection after
// the other, until it is closed.
type worker struct {
	values  []byte // its answer to FCGI_GET_VALUES; nil means none
	hangsUp bool   // after its values, as PHP does
	respond func() // called within each request; may be nil

	conns    atomic.Int64 // connections with requests
	requests atomic.Int64
	kept     atomic.Int64 // requests with FCGI_KEEP_CONN
}

// serve serves one connection.
func (w *worker) serve(c net.Conn) {
	defer c.Close()
	r := newReader(c)
	for n := 0; ; n++ {
		rec, err := r.next()
		if err != nil {
			return
		}
		if rec.kind == typeGetValues {
			c.Write(w.values)
			if w.hangsUp {
				return
			}
			n--
			continue
		}
		keep := rec.kind == typeBegin && rec.content[2]&keepConn != 0
		if n == 0 {
			w.conns.Add(1)
		}
		if keep {
			w.kept.Add(1)
		}
		if !question(r) {
			return
		}
		w.requests.Add(1)
		if w.respond != nil {
			w.respond()
		}
		c.Write(answer(hello))
		if !keep {
			return
		}
	}
}

// work serves l in a number of processes, until l is closed.
func (w *worker) work(t testing.TB, l net.Listener, processes int) {
	var all sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	for range processes {
		all.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				w.serve(c)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct {
		name       string
		worker     *worker
		configured int
		conns      int
		keep       bool
	}{
		{"silent", &worker{}, 0, 32, false},
		{"hangs up", &worker{hangsUp: true}, 0, 32, false},
		{"libfcgi", &worker{values: values("FCGI_MAX_CONNS", "1", "FCGI_MAX_REQS", "1", "FCGI_MPXS_CONNS", "0")}, 0, 32, false},
		{"PHP with children", &worker{values: values("FCGI_MAX_CONNS", "4", "FCGI_MAX_REQS", "4", "FCGI_MPXS_CONNS", "0"), hangsUp: true}, 0, 4, true},
		{"PHP-FPM", &worker{values: values("FCGI_MPXS_CONNS", "0"), hangsUp: true}, 0, 32, false},
		{"net/http/fcgi", &worker{values: values("FCGI_MPXS_CONNS", "1")}, 0, 32, true},
		{"fewer requests", &worker{values: values("FCGI_MAX_CONNS", "40", "FCGI_MAX_REQS", "20")}, 0, 20, true},
		{"requests alone", &worker{values: values("FCGI_MAX_REQS", "3")}, 0, 3, true},
		{"many", &worker{values: values("FCGI_MAX_CONNS", "1000000")}, 0, 4096, true},
		{"nonsense", &worker{values: values("FCGI_MAX_CONNS", "many", "FCGI_MAX_REQS", "-3")}, 0, 32, false},
		{"nothing", &worker{values: values()}, 0, 32, false},
		{"another record", &worker{values: []byte{1, 11, 0, 0, 0, 8, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0}}, 0, 32, false},
		{"HTTP", &worker{values: []byte("HTTP/1.1 400 Bad Request\r\n\r\n")}, 0, 32, false},
		{"configured", &worker{values: values("FCGI_MAX_CONNS", "4")}, 2, 2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, addr := listen(t, "unix")
			c.worker.work(t, l, 8)
			h := &Handler{Addr: addr, MaxConns: c.configured}
			logTo(h)
			url := front(t, h)
			ask(t, "GET", url, nil).want(t, 200, "hello")
			if h.app.terms != (terms{c.conns, c.keep}) {
				t.Errorf("got %+v, want %d connections, kept %v", h.app.terms, c.conns, c.keep)
			}
			if kept := c.worker.kept.Load() == 1; kept != c.keep {
				t.Errorf("FCGI_KEEP_CONN is %v, want %v", kept, c.keep)
			}
		})
	}
}

// The application must get as many requests at the same time as it reports, and no
// more.
func TestNoMoreConnectionsThanReported(t *testing.T) {
	var now, most atomic.Int64
	var once sync.Once
	full := make(chan struct{})
	w := &worker{values: values("FCGI_MAX_CONNS", "3"), respond: func() {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if n == 3 {
			once.Do(func() { close(full) })
		}
		<-full
	}}
	l, addr := listen(t, "unix")
	w.work(t, l, 8)
	h := &Handler{Addr: addr}
	h.idle.patience = time.Hour
	logTo(h)
	url := front(t, h)
	var all sync.WaitGroup
	for range 9 {
		all.Go(func() { ask(t, "GET", url, nil).want(t, 200, "hello") })
	}
	receive(t, full)
	all.Wait()
	if most.Load() != 3 || w.conns.Load() != 3 {
		t.Errorf("%d requests at the same time on %d connections, want 3 on 3", most.Load(), w.conns.Load())
	}
}

// An application that replaces another must report its own terms.
func TestAnotherApplicationIsAskedAgain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	h := &Handler{Addr: "unix:" + path}
	logTo(h)
	url := front(t, h)
	ask(t, "GET", url, nil).want(t, 502, "Bad Gateway\n")
	for _, c := range []struct {
		conns string
		want  terms
	}{{"4", terms{4, true}}, {"1", terms{32, false}}, {"2", terms{2, true}}} {
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		w := &worker{values: values("FCGI_MAX_CONNS", c.conns)}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go w.serve(conn)
			}
		}()
		ask(t, "GET", url, nil).want(t, 200, "hello")
		if h.app.terms != c.want {
			t.Errorf("an application that reports %s: got %+v, want %+v", c.conns, h.app.terms, c.want)
		}
		l.Close()
		receive(t, ended)
		h.idle.drain()
		ask(t, "GET", url, nil).want(t, 502, "Bad Gateway\n")
	}
}

// A second browser's request must not wait for a connection that stays open after
// the first one's, even if the gateway was configured for more processes than the
// application has.
func TestASecondBrowserIsServed(t *testing.T) {
	for _, c := range []struct {
		name       string
		values     []byte
		configured int
	}{
		{"silent", nil, 0},
		{"libfcgi", values("FCGI_MAX_CONNS", "1", "FCGI_MAX_REQS", "1", "FCGI_MPXS_CONNS", "0"), 0},
		{"configured", nil, 1},
		{"configured wrongly", nil, 2},
		{"reports too many", values("FCGI_MAX_CONNS", "2"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			busy, free := make(chan struct{}, 2), make(chan struct{})
			w := &worker{values: c.values, respond: func() { busy <- struct{}{}; <-free }}
			l, addr := listen(t, "tcp")
			w.work(t, l, 1)
			h := &Handler{Addr: addr, MaxConns: c.configured, IdleTimeout: time.Hour, Timeout: time.Minute}
			logTo(h)
			url := front(t, h)
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() { ask(t, "GET", url, nil).want(t, 200, "hello") })
			}
			receive(t, busy)
			close(free)
			both.Wait()
		})
	}
}

// recycled is an application that keeps a connection, but closes it once it has
// begun to read the next request. A client sees this when a worker is recycled at
// the worst moment.
func recycled(t testing.TB) (addr string, served *atomic.Int64) {
	served = new(atomic.Int64)
	return backend(t, func(conn net.Conn, _ int) {
		r := newReader(conn)
		if !question(r) {
			return
		}
		served.Add(1)
		conn.Write(answer(hello))
		io.ReadFull(conn, make([]byte, 1))
	}), served
}

func TestAWorkerThatIsRecycledLosesNothing(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			addr, served := recycled(t)
			h := &Handler{Addr: addr, MaxConns: 2}
			logTo(h)
			url := front(t, h)
			var all sync.WaitGroup
			for range 2 {
				all.Go(func() {
					for range 50 {
						if got := ask(t, method, url, strings.NewReader("x")); got.err != nil || got.StatusCode != 200 {
							t.Errorf("got %s, want 200", got)
						}
					}
				})
			}
			all.Wait()
			if n := served.Load(); n != 100 {
				t.Errorf("%d requests were served, want 100", n)
			}
		})
	}
}

// If the connection breaks before all parameters are sent, the application cannot
// have begun, so even a POST is sent again. Later it can have begun.
func TestSentAgainOnlyIfItCannotHaveBegun(t *testing.T) {
	large := "LARGE=" + strings.Repeat("x", 60_000)
	for _, c := range []struct {
		name   string
		method string
		env    []string
		reads  bool // the application reads the whole request before the connection breaks
		status int
		conns  int64
	}{
		{"not begun", "POST", more(large, 200), false, 200, 2},
		{"begun", "POST", nil, true, 502, 1},
		{"begun and idempotent", "PUT", nil, true, 200, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			var conns atomic.Int64
			h := &Handler{MaxConns: 4, Env: c.env, Addr: backend(t, func(conn net.Conn, n int) {
				conns.Add(1)
				if n == 0 && !c.reads {
					io.ReadFull(conn, make([]byte, 1))
				} else if question(newReader(conn)) && n > 0 {
					conn.Write(answer(hello))
				}
			})}
			logTo(h)
			got := ask(t, c.method, front(t, h), strings.NewReader("x"))
			if got.err != nil || got.StatusCode != c.status || conns.Load() != c.conns {
				t.Errorf("got %s on %d connections, want %d on %d", got, conns.Load(), c.status, c.conns)
			}
		})
	}
}

// more returns n variables with different names and the same value.
func more(variable string, n int) (env []string) {
	for i := range n {
		env = append(env, strings.Repeat("X", i)+variable)
	}
	return env
}

// If an application rejects a pair that is split into records, the client's error
// must name the cause, and the request is not sent again.
func TestTooLargeForARecord(t *testing.T) {
	for _, c := range []struct {
		name   string
		query  int
		header int
		status int
		logged string
	}{
		{"query", 70_000, 0, 414, "REQUEST_URI has 70018 bytes"},
		{"header", 10, 70_000, 431, "HTTP_X_LARGE has 70017 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var conns atomic.Int64
			h := &Handler{MaxConns: 1, Addr: backend(t, func(conn net.Conn, _ int) {
				conns.Add(1)
				for r := newReader(conn); ; { // as PHP reads
					rec, err := r.next()
					if err != nil {
						return
					}
					if _, err := parsePairs(rec.content); rec.kind == typeParams && err != nil {
						return
					}
				}
			})}
			j := logTo(h)
			got := askWith(t, front(t, h)+"/?"+strings.Repeat("q", c.query), strings.Repeat("x", c.header))
			if got.err != nil || got.StatusCode != c.status || conns.Load() != 1 {
				t.Errorf("got %s on %d connections, want %d on 1", got, conns.Load(), c.status)
			}
			j.await(t, c.logged)
		})
	}
}

// Many FastCGI programs listen with a short backlog: connections that do not fit
// must wait, not fail.
func TestAShortBacklog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	for network, addr := range map[string]syscall.Sockaddr{
		"unix": &syscall.SockaddrUnix{Name: path},
		"tcp":  &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}},
	} {
		t.Run(network, func(t *testing.T) {
			l := backlog(t, addr, 1)
			(&worker{}).work(t, l, 1)
			h := &Handler{Addr: l.Addr().String()}
			if network == "unix" {
				h.Addr = "unix:" + path
			}
			logTo(h)
			url := front(t, h)
			var all sync.WaitGroup
			for range 16 {
				all.Go(func() {
					for range 5 {
						ask(t, "POST", url, nil).want(t, 200, "hello")
					}
				})
			}
			all.Wait()
		})
	}
}

// backlog listens with a shorter backlog than net.Listen offers.
func backlog(t testing.TB, addr syscall.Sockaddr, n int) net.Listener {
	t.Helper()
	family := syscall.AF_INET
	if _, ok := addr.(*syscall.SockaddrUnix); ok {
		family = syscall.AF_UNIX
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "backlog")
	defer f.Close()
	if err := errors.Join(syscall.Bind(fd, addr), syscall.Listen(fd, n)); err != nil {
		t.Fatal(err)
	}
	l, err := net.FileListener(f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The number of admitted requests must always match the known terms.
func TestTermsAndPlacesChangeTogether(t *testing.T) {
	l, addr := listen(t, "unix")
	(&worker{values: values("FCGI_MAX_CONNS", "4")}).work(t, l, 8)
	var admitted int // under app.mu
	a := &application{admit: func(n int) { admitted = n }}
	a.init(addr, 0)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				if i%2 == 0 {
					a.forget()
				} else if _, err := a.learn(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if admitted != a.terms.conns {
		t.Errorf("%d requests are admitted, want %d", admitted, a.terms.conns)
	}
}
