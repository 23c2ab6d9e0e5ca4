package fastcgi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// backend is an application: answer handles its connections.
func backend(t testing.TB, answer func(c net.Conn, n int)) string {
	t.Helper()
	l, addr := listen(t, "tcp")
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c, n)
			}()
		}
	}()
	return addr
}

// question reads a request. It returns false if there is none.
func question(r *reader) bool {
	for {
		rec, err := r.next()
		if err != nil {
			return false
		}
		if rec.kind == typeStdin && len(rec.content) == 0 {
			return true
		}
	}
}

func newReader(r io.Reader) *reader { return &reader{br: bufio.NewReader(r)} }

const hello = "Content-Type: text/plain\n\nhello"

func answer(text string, end ...byte) []byte {
	b := appendStream(nil, typeStdout, []byte(text))
	return appendRecord(appendRecord(b, typeStdout, nil), typeEnd, append(end, make([]byte, 8-len(end))...))
}

func TestBackends(t *testing.T) {
	for _, c := range []struct {
		name   string
		says   []byte
		status int
		body   string
		logged string
	}{
		{"well", answer(hello), 200, "hello", ""},
		{"management record", append([]byte{1, 10, 0, 0, 0, 0, 3, 0, 9, 9, 9}, answer(hello)...), 200, "hello", ""},
		{"standard error", append(appendRecord(nil, typeStderr, []byte("oops\n")), answer(hello)...), 200, "hello", "line=oops"},
		{"application status", answer(hello, 0, 0, 0, 3), 200, "hello", "application status 3"},
		{"silent", nil, 502, "Bad Gateway\n", "the connection broke before the application answered"},
		{"no answer", answer(""), 502, "Bad Gateway\n", "ended without output"},
		{"no head", answer("hello\n\n"), 502, "Bad Gateway\n", "not a header field"},
		{"overloaded", answer("", 0, 0, 0, 0, overloaded), 503, "Service Unavailable\n", "is overloaded"},
		{"no responder", answer("", 0, 0, 0, 0, unknownRole), 502, "Bad Gateway\n", "is not a responder"},
		{"no multiplexing", answer("", 0, 0, 0, 0, cantMpx), 502, "Bad Gateway\n", "refused a second request on a connection"},
		{"unknown ending", answer("", 0, 0, 0, 0, 9), 502, "Bad Gateway\n", "protocol status 9"},
		{"short ending", appendRecord(nil, typeEnd, []byte{0}), 502, "Bad Gateway\n", "want 8"},
		{"HTTP", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), 502, "Bad Gateway\n", "not FastCGI: version 72"},
		{"another request", []byte{1, typeStdout, 0, 7, 0, 0, 0, 0}, 502, "Bad Gateway\n", "got a record of request 7"},
		{"another type", []byte{1, 77, 0, 1, 0, 0, 0, 0}, 502, "Bad Gateway\n", "got a record of type 77"},
		{"crash within a record", []byte{1, typeStdout, 0, 1, 9, 9, 0, 0, 'h'}, 502, "Bad Gateway\n", "unexpected EOF"},
		{"crash within the head", appendRecord(nil, typeStdout, []byte("Content-Type: a/b\n")), 502, "Bad Gateway\n", "unexpected EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &Handler{MaxConns: 32, Addr: backend(t, func(conn net.Conn, _ int) {
				if question(newReader(conn)) {
					conn.Write(c.says)
				}
			})}
			j := logTo(h)
			ask(t, "GET", front(t, h), nil).want(t, c.status, c.body)
			if c.logged != "" {
				j.await(t, c.logged)
			}
		})
	}
}

func TestCrashWithinTheBody(t *testing.T) {
	h := &Handler{MaxConns: 32, Addr: backend(t, func(conn net.Conn, _ int) {
		if question(newReader(conn)) {
			conn.Write(appendRecord(nil, typeStdout, []byte(hello)))
		}
	})}
	j := logTo(h)
	if got := ask(t, "GET", front(t, h), nil); got.err == nil || got.body != "hello" {
		t.Errorf("got %s, want hello and an error", got)
	}
	j.await(t, "response cut off")
}

func TestNoProcessListens(t *testing.T) {
	l, addr := listen(t, "tcp")
	l.Close()
	h := &Handler{Addr: addr}
	j := logTo(h)
	ask(t, "GET", front(t, h), nil).want(t, 502, "Bad Gateway\n")
	j.await(t, "connection refused")
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

// slow is an application that begins an answer, and reports an FCGI_ABORT_REQUEST
// on aborted.
func slow(t testing.TB, begins string) (addr string, aborted chan bool) {
	aborted = make(chan bool, 1)
	return backend(t, func(conn net.Conn, _ int) {
		r := newReader(conn)
		if !question(r) {
			return
		}
		conn.Write(appendStream(nil, typeStdout, []byte(begins)))
		rec, err := r.next()
		aborted <- err == nil && rec.kind == typeAbort
	}), aborted
}

func TestTimeUp(t *testing.T) {
	addr, aborted := slow(t, "")
	h := &Handler{MaxConns: 32, Addr: addr, Timeout: 200 * time.Millisecond}
	logTo(h)
	ask(t, "GET", front(t, h), nil).want(t, 504, "Gateway Timeout\n")
	if !receive(t, aborted) {
		t.Error("the application got no FCGI_ABORT_REQUEST")
	}
}

func TestClientLeaves(t *testing.T) {
	addr, aborted := slow(t, hello)
	h := &Handler{MaxConns: 32, Addr: addr}
	logTo(h)
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", front(t, h), nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 5) // arrives while the application still works
	if _, err := io.ReadFull(response.Body, b); err != nil || string(b) != "hello" {
		t.Fatalf("got %q, %v", b, err)
	}
	leave()
	if !receive(t, aborted) {
		t.Error("the application got no FCGI_ABORT_REQUEST")
	}
}

// With its Content-Length, a response is complete for the client. If the client
// leaves then, the application must not notice.
func TestCompleteBeforeTheEnd(t *testing.T) {
	left := make(chan struct{})
	ended := make(chan error, 1)
	h := &Handler{MaxConns: 32, Addr: backend(t, func(conn net.Conn, _ int) {
		r := newReader(conn)
		if !question(r) {
			return
		}
		conn.Write(appendRecord(nil, typeStdout, []byte("Content-Type: a/b\nContent-Length: 5\n\nhello")))
		<-left
		conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		_, err := r.next()
		ended <- err
		conn.Write(appendRecord(nil, typeEnd, make([]byte, 8)))
	})}
	logTo(h)
	ask(t, "GET", front(t, h), nil).want(t, 200, "hello")
	close(left)
	var timeout net.Error
	if err := receive(t, ended); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("the application's connection failed: %v", err)
	}
}

// If the application has closed an idle connection, even a POST must succeed.
func TestClosedConnection(t *testing.T) {
	closed := make(chan struct{}, 10)
	h := &Handler{MaxConns: 32, Addr: backend(t, func(conn net.Conn, n int) {
		if question(newReader(conn)) {
			conn.Write(answer(hello))
		}
		conn.Close()
		closed <- struct{}{}
	})}
	logTo(h)
	url := front(t, h)
	for range 3 {
		ask(t, "POST", url, strings.NewReader("x")).want(t, 200, "hello")
		receive(t, closed)
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	ended := make(chan struct{})
	h := &Handler{MaxConns: 32, IdleTimeout: 50 * time.Millisecond, Addr: backend(t, func(conn net.Conn, _ int) {
		for r := newReader(conn); question(r); {
			conn.Write(answer(hello))
		}
		close(ended)
	})}
	logTo(h)
	ask(t, "GET", front(t, h), nil).want(t, 200, "hello")
	receive(t, ended)
}
