package fastcgi

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"testing"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

const large = 6 << 20 // more than the system's buffers hold

// A zeros is an application: it answers /large with zeros, and /endless with zeros
// until its connection ends.
func zeros(w http.ResponseWriter, r *http.Request) {
	b := make([]byte, 32<<10)
	for n := 0; r.URL.Path == "/endless" || r.URL.Path == "/large" && n < large; n += len(b) {
		if _, err := w.Write(b); err != nil {
			return
		}
	}
	io.WriteString(w, "page")
}

// serving serves h with host.Serve until the end of the test.
func serving(t *testing.T, h http.Handler) net.Addr {
	t.Helper()
	l, err := host.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- host.Serve(ctx, l, h) }()
	t.Cleanup(func() {
		cancel()
		if err := receive(t, ended); err != nil {
			t.Error(err)
		}
	})
	return l.Addr()
}

// unread requests a path, and returns after the first byte of the response.
func unread(t *testing.T, addr net.Addr, path string) net.Conn {
	t.Helper()
	return unreadBy(t, &net.Dialer{}, addr, path)
}

func unreadBy(t *testing.T, by *net.Dialer, addr net.Addr, path string) net.Conn {
	t.Helper()
	c, err := by.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatalf("no response to %s: %v", path, err)
	}
	return c
}

// Clients that do not read hold no connection of the application, once it has
// answered. If it does not end, they are disconnected.
func TestClientsThatDoNotRead(t *testing.T) {
	for path, c := range map[string]struct {
		clients int
		timeout time.Duration
	}{
		"/large":   {17, 0},
		"/endless": {2, 200 * time.Millisecond},
	} {
		t.Run(path, func(t *testing.T) {
			l, addr := listen(t, "unix")
			go fcgi.Serve(l, http.HandlerFunc(zeros)) // returns when l is closed
			h := &Handler{Addr: addr, MaxConns: 2, MaxSpool: 110 << 20, SendTimeout: c.timeout}
			front := serving(t, h)
			for range c.clients {
				defer unread(t, front, path).Close()
			}
			ask(t, "GET", "http://"+front.String(), nil).want(t, 200, "page")
		})
	}
}
