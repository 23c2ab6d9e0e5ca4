//go:build unix

package drain_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/layer"
	"github.com/classibench/classibench/internal/wire"
)

// A watched is a connection that reports what is done to it.
type watched struct {
	layer.Conn
	gate    chan bool // closed to let Read go on
	read    chan int  // receives the number of bytes of each Read
	retired chan bool // receives a value when the connection is to be closed
	last    func()    // called before the reading side is ended
}

func (c *watched) Read(b []byte) (int, error) {
	<-c.gate
	n, err := c.Conn.Read(b)
	c.read <- n
	return n, err
}

// SetReadDeadline with a time in the past wakes a Read.
func (c *watched) SetReadDeadline(t time.Time) error {
	err := c.Conn.SetReadDeadline(t)
	if !t.IsZero() && t.Before(time.Now()) {
		c.tell()
	}
	return err
}

func (c *watched) CloseRead() error {
	c.last()
	defer c.tell()
	return c.Conn.CloseRead()
}

func (c *watched) tell() {
	select {
	case c.retired <- true:
	default:
	}
}

// awaitUnread waits until the system has n bytes that were not read yet.
func (c *watched) awaitUnread(t *testing.T, n int) {
	t.Helper()
	raw, err := c.NetConn().(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Read(func(fd uintptr) bool {
		got, _, _ := syscall.Recvfrom(int(fd), make([]byte, n), syscall.MSG_PEEK)
		return got == n
	})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitRead waits until n bytes were read.
func (c *watched) awaitRead(t *testing.T, n int) {
	t.Helper()
	for n > 0 {
		n -= receive(t, c.read)
	}
}

// A watchedListener accepts watched connections.
type watchedListener struct {
	net.Listener
	accepted chan *watched
}

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	own := &watched{layer.Conn{Conn: c}, make(chan bool), make(chan int, 999), make(chan bool, 1), func() {}}
	l.accepted <- own
	return own, nil
}

// An arrival is a server with a single client.
type arrival struct {
	*fixture
	client
	conn *watched
	idle chan bool // receives a value when an answer was sent
}

func arriving(t *testing.T, network string, h http.HandlerFunc) *arrival {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	a := &arrival{idle: make(chan bool, 9)}
	plain := &http.Server{Handler: h, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateIdle {
			a.idle <- true
		}
	}}
	accepted := make(chan *watched, 1)
	a.fixture = serveWith(t, wire.Install(plain, watchedListener{l, accepted}), plain)
	a.client = a.fixture.dial()
	a.conn = receive(t, accepted)
	return a
}

// retire stops the server, and returns when the connection is to be closed. With a request in
// flight it is not.
func (a *arrival) retire(inFlight bool) (drained chan error) {
	a.t.Helper()
	a.stopped()
	select {
	case <-a.conn.retired: // net/http's, after a request
	default:
	}
	drained = make(chan error, 1)
	go func() { drained <- a.Drain(a.t.Context(), 0) }()
	if !inFlight {
		receive(a.t, a.conn.retired)
	}
	return drained
}

func echoBody(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	fmt.Fprint(w, r.URL.Path, " ", string(b), err)
}

// TestArrivingIsAnswered stops a server when the first bytes of a request have arrived. Some
// servers have read them, others are about to.
func TestArrivingIsAnswered(t *testing.T) {
	const get = "GET /1 HTTP/1.1\r\nHost: ads\r\n\r\n"
	const post = "POST /2 HTTP/1.1\r\nHost: ads\r\nContent-Length: 5\r\n\r\n"
	const chunked = "POST /2 HTTP/1.1\r\nHost: ads\r\nTransfer-Encoding: chunked\r\n\r\n"
	for name, c := range map[string]struct{ begin, rest, want string }{
		"one byte":             {"G", get[1:], "/1 <nil>"},
		"three bytes":          {"GET", get[3:], "/1 <nil>"},
		"the request line":     {get[:17], get[17:], "/1 <nil>"},
		"a part of a field":    {get[:20], get[20:], "/1 <nil>"},
		"the head":             {post, "hello", "/2 hello<nil>"},
		"a part of the body":   {post + "he", "llo", "/2 hello<nil>"},
		"all but one byte":     {post + "hell", "o", "/2 hello<nil>"},
		"the head of a stream": {chunked, "5\r\nhello\r\n0\r\n\r\n", "/2 hello<nil>"},
		"a part of a chunk":    {chunked + "3\r\nhe", "l\r\n2\r\nlo\r\n0\r\n\r\n", "/2 hello<nil>"},
	} {
		for _, network := range []string{"tcp", "unix"} {
			for _, second := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, a second request %v", name, network, second), func(t *testing.T) {
					begun := make(chan bool, 2)
					a := arriving(t, network, func(w http.ResponseWriter, r *http.Request) {
						begun <- true
						echoBody(w, r)
					})
					if second {
						close(a.conn.gate)
						io.WriteString(a.client, get)
						a.want(t, "/1 <nil>", false)
						receive(t, a.idle)
						a.conn.awaitRead(t, len(get))
						receive(t, begun)
					}
					io.WriteString(a.client, c.begin)
					if second {
						a.conn.awaitRead(t, len(c.begin))
					} else {
						a.conn.awaitUnread(t, len(c.begin))
					}
					inFlight := second && strings.Contains(c.begin, "\r\n\r\n")
					if inFlight {
						receive(t, begun)
					}
					drained := a.retire(inFlight)
					if !second {
						close(a.conn.gate)
						a.conn.awaitRead(t, len(c.begin))
					}
					io.WriteString(a.client, c.rest)
					a.want(t, c.want, !inFlight)
					a.wantEnd(t)
					if err := receive(t, drained); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// net/http reads the beginning of a request with the one before it.
func TestArrivingBehindAnother(t *testing.T) {
	for name, begin := range map[string]string{"a byte": "G", "half a head": "GET /2 HTTP/1.1\r\nHo"} {
		t.Run(name, func(t *testing.T) {
			a := arriving(t, "tcp", echoBody)
			io.WriteString(a.client, "GET /1 HTTP/1.1\r\nHost: ads\r\n\r\n"+begin)
			close(a.conn.gate)
			a.want(t, "/1 <nil>", false)
			receive(t, a.idle)
			drained := a.retire(false)
			io.WriteString(a.client, "GET /2 HTTP/1.1\r\nHost: ads\r\n\r\n"[len(begin):])
			a.want(t, "/2 <nil>", true)
			a.wantEnd(t)
			if err := receive(t, drained); err != nil {
				t.Error(err)
			}
		})
	}
}

// A request that arrives between the last look and the end of the reading side is answered. Its
// context does not end although its connection has.
func TestArrivedAtTheLastMoment(t *testing.T) {
	entered, leave := make(chan context.Context, 1), make(chan bool, 1)
	a := arriving(t, "tcp", func(w http.ResponseWriter, r *http.Request) {
		entered <- r.Context()
		<-leave
		echo(w, r)
	})
	const get = "GET /last HTTP/1.1\r\nHost: ads\r\n\r\n"
	a.conn.last = func() { io.WriteString(a.client, get); a.conn.awaitUnread(t, len(get)) }
	drained := a.retire(false)
	close(a.conn.gate)
	inHandler := receive(t, entered)
	a.conn.awaitRead(t, len(get))
	for receive(t, a.conn.read) > 0 { // net/http's watch reads the end
	}
	if inHandler.Err() != nil {
		t.Errorf("the context of the request has ended: %v", context.Cause(inHandler))
	}
	leave <- true
	a.want(t, "/last", true)
	a.wantEnd(t)
	if err := receive(t, drained); err != nil {
		t.Error(err)
	}
}

// TestRoom closes idle connections while there are too few for all, but none with a request on
// its way.
func TestRoom(t *testing.T) {
	const get = "GET /1 HTTP/1.1\r\nHost: ads\r\n\r\n"
	for name, c := range map[string]struct {
		begin string
		want  bool
	}{"idle": {"", false}, "a byte": {"G", true}, "half a head": {get[:20], true}} {
		t.Run(name, func(t *testing.T) {
			a := arriving(t, "tcp", echoBody)
			close(a.conn.gate)
			io.WriteString(a.client, get)
			a.want(t, "/1 <nil>", false)
			receive(t, a.idle)
			io.WriteString(a.client, c.begin)
			a.conn.awaitRead(t, len(get+c.begin))
			a.KeepAlive(false)
			if c.want {
				io.WriteString(a.client, get[len(c.begin):])
				a.want(t, "/1 <nil>", true)
			}
			a.wantEnd(t)
		})
	}
}
