//go:build linux

package host

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/drain"
)

// serving runs Serve. stop ends it and returns its error.
func serving(t *testing.T, h http.Handler) (url string, stop func() error) {
	t.Helper()
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, l, h) }()
	return "http://" + l.Addr().String(), func() error {
		cancel()
		return <-ended
	}
}

// A request in flight is finished: also that of a script that speaks HTTP itself, although its
// connection no longer belongs to the server.
func TestGracefulStop(t *testing.T) {
	for name, script := range map[string]string{
		"nap":     "echo nap >&2; sleep 0.3; echo Content-Type: a/b; echo; echo refreshed",
		"nph-nap": "printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n'; echo nap >&2; sleep 0.3; echo refreshed",
	} {
		t.Run(name, func(t *testing.T) {
			h := &Handler{Path: write(t, name, "#!/bin/sh\n"+script+"\n")}
			j := logTo(h)
			url, stop := serving(t, h)
			got := make(chan reply)
			go func() { got <- get(t, url) }()
			j.await(t, "line=nap")
			if err := stop(); err != nil {
				t.Errorf("got %v, want nil", err)
			}
			receive(t, got).want(t, 200, "refreshed\n")
		})
	}
}

// A request that does not end is cut off, with all processes of its group.
func TestStopCutsOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes five seconds: the time of requests in flight")
	}
	t.Parallel()
	h := script(t, "pulse")
	url, stop := serving(t, h)
	_, pid := start(t, t.Context(), url)
	if err := stop(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an error about ended requests", err)
	}
	if alive(pid) {
		t.Errorf("process %d is alive after Serve", pid)
	}
}

// A client with an open connection is told to close it when a successor serves.
func TestStopAnnounces(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stopped := &closeListener{l, make(chan bool, 1)}
	ctx, stop := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, stopped, script(t, "env")) }()
	kept := connect(t, l.Addr())
	if kept.get(t).Close {
		t.Error("the connection is closed before the stop")
	}
	stop(drain.ErrReplaced)
	receive(t, stopped.closed)
	if !kept.get(t).Close {
		t.Error("the client is not told that the connection closes")
	}
	if err := receive(t, ended); err != nil {
		t.Error(err)
	}
}

// A closeListener reports that it was closed.
type closeListener struct {
	net.Listener
	closed chan bool
}

func (l *closeListener) Close() error {
	defer func() { l.closed <- true }()
	return l.Listener.Close()
}

// A keptConn is a connection of HTTP/1.1.
type keptConn struct {
	net.Conn
	r *bufio.Reader
}

func connect(t *testing.T, addr net.Addr) *keptConn {
	t.Helper()
	c, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &keptConn{c, bufio.NewReader(c)}
}

func (c *keptConn) get(t *testing.T) *http.Response {
	t.Helper()
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: ads\r\n\r\n")
	resp, err := http.ReadResponse(c.r, nil)
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = ListenAndServe(t.Context(), l.Addr().String(), http.NotFoundHandler())
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "another program listens there") {
		t.Errorf("got %v", err)
	}
}

func TestListenUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + path); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v for a socket in use", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	l, err = Listen("unix:" + path)
	if err != nil {
		t.Fatalf("a socket file without a listener must be replaced: %v", err)
	}
	l.Close()
}

// A client of a Unix socket has no address.
func TestOverUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	h := script(t, "env")
	l, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- Serve(ctx, l, h) }()
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		},
	}}
	response, err := client.Get("http://ads.example/")
	if err != nil || response.StatusCode != 200 {
		t.Errorf("got %v, %v", response, err)
	}
	response.Body.Close()
	stop()
	if err := receive(t, ended); err != nil {
		t.Error(err)
	}
}
