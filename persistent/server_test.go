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

// A running server, with its cancel function and the result of Serve.
type running struct {
	addr net.Addr
	stop context.CancelFunc
	done chan error
}

// start serves h on its own address until the test ends.
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

// end stops the server and returns the error of Serve.
func (r *running) end(t *testing.T) error {
	t.Helper()
	r.stop()
	return receive(t, r.done)
}

// receive returns the next value of a channel. It fails the test after 20 s.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("no value arrived within 20 s")
		panic("not reached")
	}
}

func hello(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "hello from %s", r.URL.Path) }

// protocols are the protocols of a server, each with a client.
var protocols = []struct {
	name    string
	fastCGI bool
	getter  func(*testing.T, net.Addr) getter
}{
	{"HTTP", false, httpGetter},
	{"FastCGI", true, func(t *testing.T, a net.Addr) getter { return dialFast(t, a).get }},
}

func TestServe(t *testing.T) {
	for _, p := range protocols {
		for network, addr := range map[string]string{"TCP": "127.0.0.1:0", "Unix": "unix:" + filepath.Join(t.TempDir(), "s")} {
			t.Run(p.name+" on "+network, func(t *testing.T) {
				r := start(t, &persistent.Server{Addr: addr, FastCGI: p.fastCGI}, http.HandlerFunc(hello))
				status, body, err := p.getter(t, r.addr)("/x")
				if status != 200 || body != "hello from /x" || err != nil {
					t.Errorf("got %d %q %v", status, body, err)
				}
				if err := r.end(t); err != nil {
					t.Errorf("Serve returned %v, want nil", err)
				}
			})
		}
	}
}

// TestPanic checks that a handler's panic is logged, does not end the server, and
// cuts off a partial answer.
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
			get := p.getter(t, r.addr)
			if status, body, err := get("/before"); status != 500 || !strings.Contains(body, "Internal Server Error") || err != nil {
				t.Errorf("panic before the first byte: got %d %q %v, want a 500", status, body, err)
			}
			status, _, err := get("/midway")
			if !p.fastCGI && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("panic within the answer: got %d and %v, want a closed connection", status, err)
			}
			status, _, err = get("/abort")
			if cut := errors.Is(err, io.EOF); cut == p.fastCGI {
				t.Errorf("http.ErrAbortHandler: got %d and %v, want a closed connection", status, err)
			}
			if status, body, err := get("/after"); status != 200 || body != "hello from /after" || err != nil {
				t.Errorf("request after the panics: got %d %q %v", status, body, err)
			}
			if err := r.end(t); err != nil {
				t.Error(err)
			}
			if n := log.count("panic"); n != 2 {
				t.Errorf("the log has %d panics, want 2: http.ErrAbortHandler does not count\n%s", n, &log)
			}
		})
	}
}

// records collects log records.
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

// of returns the records with the given message.
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
			p.getter(t, r.addr)("/lost?key=secret")
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

// TestTimeouts checks that a client which sends or reads nothing is disconnected.
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
				t.Error("the server did not close the connection")
			}
		})
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// TestReachBelow checks that a handler can set deadlines and hijack the connection
// through the server's ResponseWriter.
func TestReachBelow(t *testing.T) {
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("SetWriteDeadline: %v", err)
		}
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		defer c.Close()
		io.WriteString(c, "HTTP/1.1 299 Hijacked\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}))
	if status, _, err := httpGetter(t, r.addr)("/"); status != 299 {
		t.Errorf("got %d %v", status, err)
	}
}

// A short listener first fails with an error about missing descriptors.
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

// A server without free descriptors must wait for some, not stop.
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
			if status, body, err := p.getter(t, l.Addr())("/x"); err != nil || status != 200 || body != "here" {
				t.Errorf("got %d %q, %v; want an answer", status, body, err)
			}
			stop()
			if err := receive(t, done); err != nil {
				t.Error(err)
			}
		})
	}
}
