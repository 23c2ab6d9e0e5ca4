//go:build unix

package persistent_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

const large = 6 << 20 // more than the system's buffers hold

// ask requests a path, and returns the connection after the first byte of the
// answer.
func ask(t *testing.T, addr net.Addr, path string) net.Conn {
	t.Helper()
	return askBy(t, &net.Dialer{}, addr, path)
}

// narrow dials connections whose clients take next to nothing without reading.
var narrow = &net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1) }) // the least that the system allows
}}

func askBy(t *testing.T, by *net.Dialer, addr net.Addr, path string) net.Conn {
	t.Helper()
	c, err := by.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatalf("no answer to %s: %v", path, err)
	}
	return c
}

// body reads the rest of the answer.
func body(t *testing.T, c net.Conn) (int64, error) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("H"), c)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return io.Copy(io.Discard, response.Body)
}

// Handlers return although their clients do not read, so that a resource that they
// hold, here one for all, is free for another client.
func TestClientsThatDoNotRead(t *testing.T) {
	database := make(chan bool, 1)
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		database <- true
		defer func() { <-database }()
		if r.URL.Path == "/large" {
			w.Write(make([]byte, large))
		}
	}))
	var clients []net.Conn
	for range 17 {
		clients = append(clients, ask(t, r.addr, "/large"))
	}
	if status, _, err := httpGetter(t, r.addr)("/"); status != 200 || err != nil {
		t.Errorf("another client got %d, %v", status, err)
	}
	if n, err := body(t, clients[16]); n != large || err != nil {
		t.Errorf("a client that reads at last got %d bytes, want %d, error %v", n, large, err)
	}
	for _, c := range clients {
		c.Close()
	}
	if err := r.end(t); err != nil {
		t.Error(err)
	}
}

// The same with FastCGI, behind a front end that does not read.
func TestFrontEndsThatDoNotRead(t *testing.T) {
	database := make(chan bool, 1)
	r := start(t, &persistent.Server{FastCGI: true, WriteTimeout: time.Hour}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		database <- true
		defer func() { <-database }()
		if r.URL.Path == "/large" {
			w.Write(make([]byte, large))
		}
	}))
	var last *fastClient
	for range 3 {
		last = dialFast(t, r.addr)
		last.send("/large")
	}
	another := dialFast(t, r.addr)
	another.SetReadDeadline(time.Now().Add(20 * time.Second))
	if status, _, err := another.get("/"); status != 200 || err != nil {
		t.Errorf("another request got %d, %v", status, err)
	}
	if status, _, body := last.receive(); status != 200 || len(body) != large {
		t.Errorf("a front end that reads at last got %d with %d bytes, want 200 with %d", status, len(body), large)
	}
}

// A front end that does not read is disconnected, and the handler learns of it. What it got of
// a record is of no use for another answer: the connection is closed.
func TestSlowFrontEndsAreDisconnected(t *testing.T) {
	failed := make(chan error, 1)
	r := start(t, &persistent.Server{FastCGI: true, WriteTimeout: 200 * time.Millisecond, MaxSpool: 1 << 20}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				failed <- err
				return
			}
		}
	}))
	c := dialFast(t, r.addr)
	c.send("/")
	if err := receive(t, failed); !strings.Contains(err.Error(), "the client does not read its answer") {
		t.Errorf("the handler got the error %v", err)
	}
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is open")
	}
}

// If the temporary files are full, a client that does not read makes room. The log has the
// reason.
func TestClientsMakeRoom(t *testing.T) {
	var log records
	returned := make(chan bool, 2)
	r := start(t, &persistent.Server{WriteTimeout: time.Hour, MaxSpool: large, Logger: log.logger()}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, large))
		returned <- true
	}))
	for range 2 {
		defer askBy(t, narrow, r.addr, "/ads").Close()
		receive(t, returned)
	}
	for deadline := time.Now().Add(20 * time.Second); log.count("client disconnected") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not logged; the log is %s", log.String())
		}
	}
	if got := log.of("client disconnected")[0]; got["path"] != "/ads" || got["err"] != "temporary files are full, and the client takes less than 8 KiB a second" {
		t.Errorf("logged: %v", got)
	}
}

// A client that takes nothing, or a byte from time to time, is disconnected, and
// the handler's context ends.
func TestSlowClientsAreDisconnected(t *testing.T) {
	for name, read := range map[string]func(net.Conn){
		"takes nothing": func(net.Conn) {},
		"takes a little": func(c net.Conn) {
			for b := make([]byte, 1); ; time.Sleep(10 * time.Millisecond) {
				if _, err := c.Read(b); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			left := make(chan error, 1)
			r := start(t, &persistent.Server{WriteTimeout: 200 * time.Millisecond, MaxSpool: 1 << 20}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for {
					if _, err := w.Write(make([]byte, 1<<20)); err != nil {
						<-r.Context().Done()
						left <- err
						return
					}
				}
			}))
			go read(ask(t, r.addr, "/"))
			if err := receive(t, left); err == nil || !strings.Contains(err.Error(), "the client does not read its answer") {
				t.Errorf("the handler got the error %v", err)
			}
		})
	}
}

// WriteTimeout is no limit of the whole: a handler may answer for longer.
func TestAnAnswerMayTakeLongerThanWriteTimeout(t *testing.T) {
	const limit = 50 * time.Millisecond
	r := start(t, &persistent.Server{WriteTimeout: limit}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 4 {
			io.WriteString(w, "event\n")
			w.(http.Flusher).Flush()
			<-time.After(limit)
		}
	}))
	if _, got, err := httpGetter(t, r.addr)("/"); got != strings.Repeat("event\n", 4) || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// A flush reaches the client while the handler works, before and after a large part.
func TestFlush(t *testing.T) {
	next := make(chan bool)
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, size := range []int{0, 10, 100_000, 10} {
			w.Write(make([]byte, size))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-next
		}
	}))
	response, err := http.Get("http://" + r.addr.String()) // returns after the first flush
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for _, size := range []int64{10, 100_000, 10} {
		next <- true
		if n, err := io.CopyN(io.Discard, response.Body, size); err != nil {
			t.Errorf("got %d of %d bytes: %v", n, size, err)
		}
	}
	next <- true
}

// A handler finds the errors, the hijacking and the deadlines of net/http.
func TestLikeNetHTTP(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler func(w http.ResponseWriter, r *http.Request) error
		want    error
		answer  string // its end
	}{
		{"no body for 204", func(w http.ResponseWriter, r *http.Request) error {
			w.WriteHeader(204)
			_, err := w.Write([]byte("x"))
			return err
		}, http.ErrBodyNotAllowed, "\r\n\r\n"},
		{"more than the Content-Length", func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hello")
			_, err := io.WriteString(w, " world")
			return err
		}, http.ErrContentLength, "\r\n\r\nhello"},
		{"a header after the head", func(w http.ResponseWriter, r *http.Request) error {
			w.WriteHeader(200)
			w.Header().Set("Late", "yes")
			_, err := io.WriteString(w, "hello")
			return err
		}, nil, "Content-Length: 5\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nhello"},
		{"a trailer", func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Trailer", "Sum")
			for range 100 {
				w.Write(make([]byte, 1000))
			}
			w.Header().Set("Sum", "7")
			return nil
		}, nil, "\r\n0\r\nSum: 7\r\n\r\n"},
		{"a second status", func(w http.ResponseWriter, r *http.Request) error {
			w.WriteHeader(404)
			w.WriteHeader(200)
			return nil
		}, nil, "Content-Length: 0\r\nConnection: close\r\n\r\n"},
		{"a deadline in the past", func(w http.ResponseWriter, r *http.Request) error {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)); err != nil {
				return err
			}
			for {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return err
				}
			}
		}, os.ErrDeadlineExceeded, ""},
		{"hijacked after a part", func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "hello")
			conn, buffered, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return err
			}
			io.WriteString(buffered, "able")
			buffered.Flush()
			return conn.Close()
		}, nil, "\r\n\r\nhelloable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make(chan error, 1)
			r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got <- c.handler(w, r) }))
			conn, err := net.Dial("tcp", r.addr.String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			b, _ := io.ReadAll(conn)
			if err := receive(t, got); !errors.Is(err, c.want) {
				t.Errorf("the handler got %v, want %v", err, c.want)
			}
			if !strings.HasSuffix(string(b), c.answer) {
				t.Errorf("the client got %.300q, want the end %q", b, c.answer)
			}
		})
	}
}

// A deadline that a handler sets ends with its answer.
func TestAHandlersDeadlineEndsWithItsAnswer(t *testing.T) {
	set := make(chan time.Time, 1)
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			deadline := time.Now().Add(100 * time.Millisecond)
			http.NewResponseController(w).SetWriteDeadline(deadline)
			set <- deadline
		}
		hello(w, r)
	}))
	get := httpGetter(t, r.addr)
	get("/first")
	<-time.After(time.Until(receive(t, set)))
	if status, _, err := get("/second"); status != 200 || err != nil {
		t.Errorf("the next request got %d, %v", status, err)
	}
}

// A server that stops delivers what handlers have written.
func TestStopDelivers(t *testing.T) {
	returned := make(chan bool, 1)
	r := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, large))
		returned <- true
	}))
	c := ask(t, r.addr, "/")
	receive(t, returned)
	r.stop()
	refused(t, r.addr)
	if n, err := body(t, c); n != large || err != nil {
		t.Errorf("got %d bytes, error %v", n, err)
	}
	if err := r.end(t); err != nil {
		t.Error(err)
	}
}
