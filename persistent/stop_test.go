package persistent_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

// TestStopFinishes stops a server while a request is in flight: the whole answer
// must still arrive.
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
			get := p.getter(t, r.addr)
			go func() {
				status, body, err := get("/")
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
				t.Errorf("Serve returned %v, want nil", err)
			}
		})
	}
}

// refused waits until addr refuses connections.
func refused(t *testing.T, addr net.Addr) {
	t.Helper()
	// The loop has a limit because another program may listen on addr by now.
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
				go httpGetter(t, r.addr)("/")
			}
			receive(t, entered)
			if err := r.end(t); err == nil || !strings.Contains(err.Error(), "still in flight after 20ms") {
				t.Errorf("Serve returned %v, want an error that names the timeout", err)
			}
		})
	}
}

// A narrowListener accepts connections with small buffers.
type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.UnixConn).SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestStopFlushes stops a FastCGI server after its handler has returned, while a
// slow front end still reads the answer.
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
		t.Fatalf("Serve returned before the front end had read the answer: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if status, _, body := c.receive(); status != 200 || len(body) != 60_000 {
		t.Errorf("got %d with %d bytes", status, len(body))
	}
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
}

// stopWhenWritten calls stop once the server has begun to write. That is after the
// handler's return, because the answer fits into the buffer of package fcgi.
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

// TestStopClosesIdle stops a FastCGI server while the front end keeps its
// connection open.
func TestStopClosesIdle(t *testing.T) {
	r := start(t, &persistent.Server{FastCGI: true}, http.HandlerFunc(hello))
	c := dialFast(t, r.addr)
	c.get("/")
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("the connection is still open: read %d bytes", n)
	}
}
