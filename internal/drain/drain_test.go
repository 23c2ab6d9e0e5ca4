package drain_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/internal/drain"
)

// A lateConn does not read what has arrived until its gate is open, like the goroutine
// of a connection on a busy machine.
type lateConn struct {
	*net.TCPConn
	held    atomic.Bool
	idle    chan bool // receives a value when the connection is held after a request
	gate    chan bool // closed to let Read go on
	retired chan bool // receives a value when the connection is to be closed
}

func (c *lateConn) Read(b []byte) (int, error) {
	if c.held.Load() {
		<-c.gate
	}
	return c.TCPConn.Read(b)
}

// SetReadDeadline with a time in the past wakes a Read. net/http does that after a request.
func (c *lateConn) SetReadDeadline(t time.Time) error {
	err := c.TCPConn.SetReadDeadline(t)
	if c.held.Load() && !t.IsZero() && t.Before(time.Now()) {
		c.retired <- true
	}
	return err
}

// A lateListener accepts connections that are held from the beginning, or from when
// they are idle.
type lateListener struct {
	net.Listener
	first    bool
	accepted chan *lateConn
}

func (l *lateListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	late := &lateConn{TCPConn: c.(*net.TCPConn), idle: make(chan bool, 9), gate: make(chan bool), retired: make(chan bool, 9)}
	late.held.Store(l.first)
	l.accepted <- late
	return late, nil
}

// hold holds an idle connection before its next read.
func hold(c net.Conn, state http.ConnState) {
	late, ok := c.(interface{ NetConn() net.Conn }).NetConn().(*lateConn)
	if ok && state == http.StateIdle {
		late.held.Store(true)
		late.idle <- true
	}
}

// A fixture is a server with a client.
type fixture struct {
	*drain.Server
	t      *testing.T
	addr   net.Addr
	stop   func()
	served chan error
}

func serve(t *testing.T, l net.Listener, h http.HandlerFunc) *fixture {
	t.Helper()
	return serveWith(t, l, &http.Server{Handler: h, ConnState: hold})
}

func serveWith(t *testing.T, l net.Listener, srv *http.Server) *fixture {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	f := &fixture{drain.New(srv), t, l.Addr(), stop, make(chan error, 1)}
	go func() { f.served <- f.Serve(ctx, l) }()
	t.Cleanup(func() { stop(); f.Close() })
	return f
}

// stopped ends the context of Serve and waits for its return.
func (f *fixture) stopped() {
	f.t.Helper()
	f.stop()
	if err := receive(f.t, f.served); err != nil {
		f.t.Errorf("Serve returned %v", err)
	}
}

func (f *fixture) dial() client {
	f.t.Helper()
	c, err := net.Dial(f.addr.Network(), f.addr.String())
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(30 * time.Second))
	return client{c, bufio.NewReader(c)}
}

type client struct {
	net.Conn
	r *bufio.Reader
}

func (c client) send(path string) { fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: ads\r\n\r\n", path) }

// answer returns the body, and whether the server announced the end of the connection.
func (c client) answer() (string, bool, error) {
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return "", false, err
	}
	b, err := io.ReadAll(resp.Body)
	return string(b), resp.Close, err
}

func (c client) want(t *testing.T, body string, last bool) {
	t.Helper()
	if got, closing, err := c.answer(); got != body || closing != last || err != nil {
		t.Errorf("got %q, the last: %v (%v); want %q, %v", got, closing, err, body, last)
	}
}

func (c client) wantEnd(t *testing.T) {
	t.Helper()
	if b, err := c.r.ReadByte(); err != io.EOF {
		t.Errorf("read %q (%v), want the end", b, err)
	}
}

func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("no value arrived within 20 s")
		panic("not reached")
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func echo(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) }

// TestArrivedIsAnswered stops a server that has not read a request yet. Shutdown of
// net/http would reset the connection.
func TestArrivedIsAnswered(t *testing.T) {
	for name, first := range map[string]bool{"a first request": true, "a second request": false} {
		t.Run(name, func(t *testing.T) {
			l := &lateListener{Listener: listen(t), first: first, accepted: make(chan *lateConn, 1)}
			entered, leave := make(chan context.Context, 2), make(chan bool, 2)
			f := serve(t, l, func(w http.ResponseWriter, r *http.Request) {
				entered <- r.Context()
				<-leave
				echo(w, r)
			})
			c := f.dial()
			late := receive(t, l.accepted)
			if !first {
				leave <- true
				c.send("/1")
				c.want(t, "/1", false)
				receive(t, entered)
				receive(t, late.idle)
			}
			f.stopped()
			c.send("/2")
			drained := make(chan error, 1)
			go func() { drained <- f.Drain(t.Context(), 0) }()
			receive(t, late.retired)
			close(late.gate)
			if ctx := receive(t, entered); ctx.Err() != nil {
				t.Errorf("the context of the request has ended: %v", context.Cause(ctx))
			}
			leave <- true
			c.want(t, "/2", true)
			c.wantEnd(t)
			if err := receive(t, drained); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLinger sends requests between the stop and the end of the linger time: they are
// the last ones on their connections. Then nothing is left to wait for.
func TestLinger(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	f := serve(t, listen(t), func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			entered <- true
			<-leave
		}
		echo(w, r)
	})
	idle, slow := f.dial(), f.dial()
	idle.send("/1")
	idle.want(t, "/1", false)
	slow.send("/slow")
	receive(t, entered)
	f.stopped()
	drained := make(chan error, 1)
	go func() { drained <- f.Drain(t.Context(), time.Hour) }()
	idle.send("/2")
	idle.want(t, "/2", true)
	idle.wantEnd(t)
	leave <- true
	slow.want(t, "/slow", false)
	slow.send("/3")
	slow.want(t, "/3", true)
	slow.wantEnd(t)
	if err := receive(t, drained); err != nil {
		t.Error(err)
	}
}

// TestIdleAfterLinger closes connections that become idle after the linger time.
func TestIdleAfterLinger(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	f := serve(t, listen(t), func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		<-leave
	})
	idle, slow := f.dial(), f.dial()
	slow.send("/slow")
	receive(t, entered)
	idle.send("/")
	receive(t, entered)
	leave <- true
	leave <- true
	for _, c := range []client{idle, slow} {
		c.want(t, "", false)
	}
	slow.send("/slow")
	receive(t, entered)
	f.stopped()
	drained := make(chan error, 1)
	go func() { drained <- f.Drain(t.Context(), 0) }()
	idle.wantEnd(t)
	leave <- true
	if _, _, err := slow.answer(); err != nil {
		t.Error(err)
	}
	slow.wantEnd(t)
	if err := receive(t, drained); err != nil {
		t.Error(err)
	}
}

// TestDrainEnds gives up on a request that does not end.
func TestDrainEnds(t *testing.T) {
	entered := make(chan bool)
	f := serve(t, listen(t), func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		<-r.Context().Done()
	})
	c := f.dial()
	c.send("/")
	receive(t, entered)
	f.stopped()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Drain(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("Drain returned %v, want the error of its context", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := c.answer(); err == nil {
		t.Error("the request was answered, want a closed connection")
	}
}

// TestHijacked does not wait for connections that a handler has taken over.
func TestHijacked(t *testing.T) {
	taken := make(chan net.Conn, 1)
	f := serve(t, listen(t), func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
		}
		taken <- c
	})
	f.dial().send("/")
	defer receive(t, taken).Close()
	f.stopped()
	if err := f.Drain(t.Context(), time.Hour); err != nil {
		t.Error(err)
	}
}

// TestGrace checks when the requests in flight lose their time, in virtual time.
func TestGrace(t *testing.T) {
	for _, c := range []struct {
		name     string
		replaced bool
		asked    time.Duration // after the end of the context; 0 is never, or with it if it was not replaced
		want     time.Duration
	}{
		{"stopped", false, 0, time.Minute},
		{"replaced", true, 0, time.Minute},
		{"replaced, then asked to stop", true, 10 * time.Second, 15 * time.Second},
		{"replaced, asked at the end", true, 58 * time.Second, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals, stop := context.WithCancel(t.Context())
				defer stop()
				ctx, end := context.WithCancelCause(drain.WithStop(signals))
				defer end(nil)
				if c.replaced {
					end(drain.ErrReplaced)
				} else {
					stop()
				}
				if c.asked > 0 {
					time.AfterFunc(c.asked, stop)
				}
				began := time.Now()
				grace, cancel := drain.Grace(ctx, time.Minute, 5*time.Second)
				defer cancel()
				if err := grace.Err(); err != nil {
					t.Errorf("got %v before its end", err)
				}
				<-grace.Done()
				if err := grace.Err(); err != context.DeadlineExceeded {
					t.Errorf("ended with %v, want %v", err, context.DeadlineExceeded)
				}
				if took := time.Since(began); took != c.want {
					t.Errorf("the grace period took %v, want %v", took, c.want)
				}
				lingering, cancel := drain.Lingering(grace, time.Hour)
				defer cancel()
				<-lingering.Done()
			})
		})
	}
}

// Idle connections do not hold up a process that was replaced, once it is asked to stop.
func TestLingeringEndsWithAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals, stop := context.WithCancel(t.Context())
		ctx, cancel := drain.Lingering(context.WithoutCancel(drain.WithStop(signals)), 5*time.Second)
		defer cancel()
		began := time.Now()
		time.AfterFunc(time.Second, stop)
		<-ctx.Done()
		if took := time.Since(began); took != 1100*time.Millisecond {
			t.Errorf("lingered for %v, want 1.1 s", took)
		}
	})
}
