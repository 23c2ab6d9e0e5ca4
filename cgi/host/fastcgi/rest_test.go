package fastcgi

import (
	"net"
	"testing"
	"time"
)

// closed is an answer whose output is closed, but whose request goes on.
func closed() []byte {
	b := appendRecord(nil, typeStdout, []byte("Content-Type: text/plain\n\nhello"))
	return appendRecord(b, typeStdout, nil)
}

// ended is the end of a request.
func ended(status byte) []byte {
	return appendRecord(nil, typeEnd, []byte{0, 0, 0, status, 0, 0, 0, 0})
}

// An application that closes its standard output has ended its response, whatever it does
// afterwards. It keeps its place among MaxConns until it ends the request.
func TestClosedOutputEndsTheResponse(t *testing.T) {
	for name, c := range map[string]struct {
		after  func(c net.Conn)
		limit  time.Duration
		logged string
		again  bool // the connection serves another request
	}{
		"ends later":        {func(c net.Conn) { c.Write(ended(0)) }, 0, "", true},
		"fails":             {func(c net.Conn) { c.Write(ended(3)) }, 0, "application status 3", true},
		"writes an error":   {func(c net.Conn) { c.Write(append(appendRecord(nil, typeStderr, []byte("tidied up\n")), ended(0)...)) }, 0, "tidied up", true},
		"breaks off":        {func(c net.Conn) { c.Close() }, 0, "after its response", false},
		"speaks no FastCGI": {func(c net.Conn) { c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, 0, "after its response", false},
		"never ends":        {nil, 300 * time.Millisecond, "after its response", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := make(chan bool, 2)
			conns := make(chan int, 9)
			addr := backend(t, func(conn net.Conn, n int) {
				for r := newReader(conn); params(r) != nil; {
					conns <- n
					conn.Write(closed())
					if <-read; c.after != nil {
						c.after(conn)
					}
				}
			})
			h := &Handler{Addr: addr, MaxConns: 1, Timeout: c.limit}
			j := logTo(h)
			url := front(t, h)
			for range 2 {
				if got := ask(t, "GET", url, nil); got.StatusCode != 200 || got.body != "hello" || got.err != nil {
					t.Errorf("got %v, want the whole response", got)
				}
				read <- true
				if c.limit > 0 { // the time of the next request includes its wait for a place
					j.await(t, c.logged)
				}
			}
			j.await(t, c.logged)
			if first, second := <-conns, <-conns; (first == second) != c.again {
				t.Errorf("requests came over connections %d and %d, want one: %v", first, second, c.again)
			}
		})
	}
}

// Wait does not wait for an application that goes on.
func TestWaitAbortsWhatGoesOn(t *testing.T) {
	aborted := make(chan bool, 1)
	addr := backend(t, func(conn net.Conn, _ int) {
		r := newReader(conn)
		params(r)
		conn.Write(closed())
		for {
			rec, err := r.next()
			if err != nil || rec.kind == typeAbort {
				aborted <- err == nil
				return
			}
		}
	})
	h := &Handler{Addr: addr, MaxConns: 1}
	logTo(h)
	if got := ask(t, "GET", front(t, h), nil); got.body != "hello" || got.err != nil {
		t.Errorf("got %v, want the whole response", got)
	}
	h.Wait()
	if !<-aborted {
		t.Error("the connection was closed without FCGI_ABORT_REQUEST")
	}
}
