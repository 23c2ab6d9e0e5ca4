package persistent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

// A running server, and how it is told to end.
type running struct {
	addr net.Addr
	stop context.CancelFunc
	done chan error
}

// start serves h on an address of its own until the test ends.
func start(t *testing.T, s *persistent.Server, h http.Handler) *running {
	t.Helper()
	addr := s.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := persistent.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &running{addr: l.Addr(), stop: stop, done: make(chan error, 1)}
	go func() { r.done <- s.ServeListener(ctx, l, h) }()
	t.Cleanup(func() {
		stop()
		select {
		case <-r.done:
		default:
		}
	})
	return r
}

// end stops the server and returns what Serve returned.
func (r *running) end(t *testing.T) error {
	t.Helper()
	r.stop()
	return receive(t, r.done)
}

// receive returns what comes from a channel, within a limit.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came within 20 s")
		panic("not reached")
	}
}

func hello(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "hello from %s", r.URL.Path) }

// protocols are the two that a server speaks, with who asks it.
var protocols = []struct {
	name    string
	fastCGI bool
	asker   func(*testing.T, net.Addr) asker
}{
	{"HTTP", false, httpAsker},
	{"FastCGI", true, func(t *testing.T, a net.Addr) asker { return dialFast(t, a).ask }},
}

func TestServe(t *testing.T) {
	for _, p := range protocols {
		for network, addr := range map[string]string{"TCP": "127.0.0.1:0", "Unix": "unix:" + filepath.Join(t.TempDir(), "s")} {
			t.Run(p.name+" on "+network, func(t *testing.T) {
				r := start(t, &persistent.Server{Addr: addr, FastCGI: p.fastCGI}, http.HandlerFunc(hello))
				status, body, err := p.asker(t, r.addr)("/x")
				if status != 200 || body != "hello from /x" || err != nil {
					t.Errorf("got %d %q %v", status, body, err)
				}
				if err := r.end(t); err != nil {
					t.Errorf("it ended with %v", err)
				}
			})
		}
	}
}

// TestStopFinishes stops a server while a request is in flight: its answer must
// still come, whole.
func TestStopFinishes(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			entered, leave := make(chan bool), make(chan bool)
			r := start(t, &persistent.Server{FastCGI: p.fastCGI}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				entered <- true
				<-leave
				io.WriteString(w, strings.Repeat("all of it ", 20_000))
			}))
			answered := make(chan error, 1)
			ask := p.asker(t, r.addr)
			go func() {
				status, body, err := ask("/")
				if status != 200 || len(body) != 200_000 {
					err = fmt.Errorf("got %d with %d bytes: %w", status, len(body), err)
				}
				answered <- err
			}()
			receive(t, entered)
			r.stop()
			refused(t, r.addr)
			close(leave)
			if err := receive(t, answered); err != nil {
				t.Error(err)
			}
			if err := r.end(t); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// refused waits until nobody listens at addr.
func refused(t *testing.T, addr net.Addr) {
	t.Helper()
	// Another program may listen there by now.
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		c, err := net.Dial(addr.Network(), addr.String())
		if err != nil {
			return
		}
		c.Close()
	}
}

func TestStopCutsOff(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			entered, leave := make(chan bool), make(chan bool)
			defer close(leave)
			s := &persistent.Server{FastCGI: p.fastCGI, ShutdownTimeout: 20 * time.Millisecond}
			r := start(t, s, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				entered <- true
				<-leave
			}))
			if p.fastCGI {
				dialFast(t, r.addr).send("/")
			} else {
				go httpAsker(t, r.addr)("/")
			}
			receive(t, entered)
			if err := r.end(t); err == nil || !strings.Contains(err.Error(), "still in flight after 20ms") {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// A narrowListener accepts connections that take little at a time.
type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.UnixConn).SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestStopFlushes stops a FastCGI server whose handler has returned, while its
// answer waits for a slow front end.
func TestStopFlushes(t *testing.T) {
	l, err := persistent.Listen("unix:" + filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- (&persistent.Server{FastCGI: true}).ServeListener(ctx, narrowListener{l}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, strings.Repeat("all of it ", 6000))
		}))
	}()
	c := dialFast(t, l.Addr())
	c.send("/")
	stopWhenWritten(t, c, stop)
	select {
	case err := <-done:
		t.Fatalf("it ended before its answer was taken: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if status, _, body := c.receive(); status != 200 || len(body) != 60_000 {
		t.Errorf("got %d with %d bytes", status, len(body))
	}
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
}

// stopWhenWritten stops once the server has begun to write, which it does after
// the handler returned: the answer fits into the buffer of package fcgi.
func stopWhenWritten(t *testing.T, c *fastClient, stop func()) {
	t.Helper()
	first := make([]byte, 1)
	if _, err := io.ReadFull(c, first); err != nil {
		t.Fatal(err)
	}
	c.Conn = &putBack{c.Conn, io.MultiReader(bytes.NewReader(first), c.Conn)}
	stop()
}

type putBack struct {
	net.Conn
	r io.Reader
}

func (p *putBack) Read(b []byte) (int, error) { return p.r.Read(b) }

// TestStopClosesIdle stops a FastCGI server whose front end keeps its
// connection.
func TestStopClosesIdle(t *testing.T) {
	r := start(t, &persistent.Server{FastCGI: true}, http.HandlerFunc(hello))
	c := dialFast(t, r.addr)
	c.ask("/")
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("the connection is still open: read %d bytes", n)
	}
}

// TestPanic checks that a server outlives a handler's panic, logs it, and does
// not let half an answer pass for a whole one.
func TestPanic(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/before":
			panic("lost my way")
		case "/midway":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic("lost my way")
		case "/abort":
			panic(http.ErrAbortHandler)
		}
		hello(w, r)
	})
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			var log records
			r := start(t, &persistent.Server{FastCGI: p.fastCGI, Logger: log.logger()}, h)
			ask := p.asker(t, r.addr)
			if status, body, err := ask("/before"); status != 500 || !strings.Contains(body, "Internal Server Error") || err != nil {
				t.Errorf("before anything was written: got %d %q %v, want a 500", status, body, err)
			}
			status, _, err := ask("/midway")
			if !p.fastCGI && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("midway: got %d and %v, want a connection that is cut", status, err)
			}
			status, _, err = ask("/abort")
			if cut := errors.Is(err, io.EOF); cut == p.fastCGI {
				t.Errorf("aborted: got %d and %v", status, err)
			}
			if status, body, err := ask("/after"); status != 200 || body != "hello from /after" || err != nil {
				t.Errorf("after the panics: got %d %q %v", status, body, err)
			}
			if err := r.end(t); err != nil {
				t.Error(err)
			}
			if n := log.count("panic"); n != 2 {
				t.Errorf("%d panics are in the log, want 2: an abort is none\n%s", n, &log)
			}
		})
	}
}

// records is a log that can be read.
type records struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *records) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(b)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

func (r *records) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(r, nil)) }

func (r *records) count(message string) int { return len(r.of(message)) }

// of returns the records with a message.
func (r *records) of(message string) (found []map[string]any) {
	for line := range strings.Lines(r.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err == nil && m["msg"] == message {
			found = append(found, m)
		}
	}
	return found
}

func TestAccessLog(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			var log records
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
			r := start(t, &persistent.Server{FastCGI: p.fastCGI, AccessLog: true, Logger: log.logger()}, h)
			p.asker(t, r.addr)("/lost?key=secret")
			if err := r.end(t); err != nil {
				t.Error(err)
			}
			got := log.of("request")
			if len(got) != 1 || got[0]["method"] != "GET" || got[0]["path"] != "/lost" || got[0]["status"] != 404.0 || got[0]["took"] == nil {
				t.Errorf("the log has %v, want one GET of /lost with 404, without its query", got)
			}
		})
	}
}

func TestWatchBeside(t *testing.T) {
	r := start(t, &persistent.Server{}, http.HandlerFunc(hello))
	ask := httpAsker(t, r.addr)
	ask("/one")
	ask("/two")
	if status, body, _ := ask("/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("/healthz says %d %q", status, body)
	}
	_, metrics, _ := ask("/metrics")
	for _, want := range []string{`http_request_duration_seconds_count{code="2xx"} 2`, `http_request_duration_seconds_count{code="5xx"} 0`,
		"http_requests_in_flight 0", "go_goroutines", "process_cpu_seconds_total"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

// TestAdmin has health and metrics at an address of their own, where a balancer
// sees that the server is stopping while requests are still in flight.
func TestAdmin(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			admin := "unix:" + filepath.Join(t.TempDir(), "admin")
			entered, leave := make(chan bool), make(chan bool)
			r := start(t, &persistent.Server{FastCGI: p.fastCGI, Admin: admin}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/slow" {
					entered <- true
					<-leave
				}
				hello(w, r)
			}))
			ask := p.asker(t, r.addr)
			if status, body, _ := ask("/healthz"); status != 200 || body != "hello from /healthz" {
				t.Errorf("/healthz is the handler's own, and says %d %q", status, body)
			}
			health := httpAsker(t, &net.UnixAddr{Net: "unix", Name: strings.TrimPrefix(admin, "unix:")})
			if status, body, err := health("/healthz"); status != 200 || body != "ok\n" {
				t.Errorf("the health check says %d %q %v", status, body, err)
			}
			if status, _, _ := health("/other"); status != 404 {
				t.Errorf("the address for admins says %d to other paths, want 404", status)
			}
			answered := make(chan error, 1)
			go func() {
				_, _, err := ask("/slow")
				answered <- err
			}()
			receive(t, entered)
			r.stop()
			refused(t, r.addr)
			if status, body, err := health("/healthz"); status != 503 || body != "stopping\n" {
				t.Errorf("while it stops, the health check says %d %q %v", status, body, err)
			}
			close(leave)
			if err := errors.Join(receive(t, answered), r.end(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAdminInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	r := start(t, &persistent.Server{Admin: taken.Addr().String()}, http.HandlerFunc(hello))
	if err := receive(t, r.done); err == nil || !strings.Contains(err.Error(), "health check and metrics: listen on") {
		t.Errorf("it ended with %v", err)
	}
	refused(t, r.addr)
}

// TestTimeouts has clients that do not do their part.
func TestTimeouts(t *testing.T) {
	const limit = 30 * time.Millisecond
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	drain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
	for _, c := range []struct {
		name, sends string
		server      persistent.Server
		handler     http.Handler
	}{
		{"half a head", "GET / HTTP/1.1\r\nHost:", persistent.Server{ReadTimeout: limit}, drain},
		{"half a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", persistent.Server{ReadTimeout: limit}, drain},
		{"never a second request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", persistent.Server{IdleTimeout: limit}, drain},
		{"takes no answer", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", persistent.Server{WriteTimeout: limit}, endless},
	} {
		t.Run(c.name, func(t *testing.T) {
			left := make(chan bool, 1)
			r := start(t, &c.server, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c.handler.ServeHTTP(w, r)
				left <- true
			}))
			conn, err := net.Dial("tcp", r.addr.String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, c.sends); err != nil {
				t.Fatal(err)
			}
			if c.name == "takes no answer" {
				receive(t, left)
				return
			}
			conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			if _, err := io.Copy(io.Discard, conn); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
				t.Error("the server keeps the connection for good")
			}
		})
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// TestReachBelow has handlers use what lies below the server's own writer.
func TestReachBelow(t *testing.T) {
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("set a deadline: %v", err)
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		defer c.Close()
		io.WriteString(c, "HTTP/1.1 299 Hijacked\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}))
	if status, _, err := httpAsker(t, r.addr)("/"); status != 299 {
		t.Errorf("got %d %v", status, err)
	}
}

// short is a listener that fails at first for want of descriptors.
type short struct {
	net.Listener
	failed atomic.Bool
}

func (l *short) Accept() (net.Conn, error) {
	if l.failed.CompareAndSwap(false, true) {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return l.Listener.Accept()
}

// A server that is short of descriptors waits until it has some.
func TestServeWhenShortOfDescriptors(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			l, err := persistent.Listen("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			s := &persistent.Server{FastCGI: p.fastCGI, Logger: slog.New(slog.DiscardHandler)}
			go func() {
				done <- s.ServeListener(ctx, &short{Listener: l}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") }))
			}()
			if status, body, err := p.asker(t, l.Addr())("/x"); err != nil || status != 200 || body != "here" {
				t.Errorf("got %d %q, %v; want an answer", status, body, err)
			}
			stop()
			if err := receive(t, done); err != nil {
				t.Error(err)
			}
		})
	}
}
