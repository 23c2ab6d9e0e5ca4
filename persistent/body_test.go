package persistent_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

// begin sends the head of a post and the beginning of its body.
func begin(t *testing.T, addr net.Addr, fields, body string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s", fields, body)
	return c, bufio.NewReader(c)
}

// A client that does not send its body gets 408, whatever the handler makes of the error, and
// its connection is closed.
func TestSlowBody(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		want    int
	}{
		{"bad request", func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
		}, 408},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { io.ReadAll(r.Body) }, 408},
		{"a form", func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseForm(); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}, 408},
		{"body is not needed", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 403},
		{"answered anyway", func(w http.ResponseWriter, r *http.Request) { io.ReadAll(r.Body); io.WriteString(w, "thanks") }, 200},
	} {
		for name, body := range map[string][2]string{
			"with a length": {"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100", "a"},
			"in chunks":     {"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n5\r\nwo"},
		} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				t.Parallel()
				srv := start(t, &persistent.Server{ReadTimeout: 50 * time.Millisecond}, c.handler)
				_, r := begin(t, srv.addr, body[0], body[1])
				response, err := http.ReadResponse(r, nil)
				if err != nil || response.StatusCode != c.want || !response.Close {
					t.Fatalf("got %v, %v; want %d, and the end of the connection", response, err, c.want)
				}
				io.Copy(io.Discard, response.Body)
				if _, err := r.ReadByte(); err != io.EOF {
					t.Errorf("the connection goes on: %v", err)
				}
			})
		}
	}
}

// The deadline of a body ends with it: the handler may take longer, and the connection has
// further requests.
func TestAfterABody(t *testing.T) {
	const limit = 100 * time.Millisecond
	gone := make(chan error, 2)
	srv := start(t, &persistent.Server{ReadTimeout: limit}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-time.After(2 * limit)
		gone <- r.Context().Err()
	}))
	c, r := begin(t, srv.addr, "Content-Length: 5", "hello")
	for range 2 {
		if response, err := http.ReadResponse(r, nil); err != nil || response.StatusCode != 200 || response.Close {
			t.Fatalf("got %v, %v; want 200 on a connection that goes on", response, err)
		}
		if err := receive(t, gone); err != nil {
			t.Errorf("the handler's context ended: %v", err)
		}
		io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
	}
}

// A handler's own deadline ends the reading of a body.
func TestAHandlersReadDeadline(t *testing.T) {
	srv := start(t, &persistent.Server{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
			t.Error(err)
		}
		_, err := io.ReadAll(r.Body)
		http.Error(w, fmt.Sprint(err), http.StatusBadRequest)
	}))
	_, r := begin(t, srv.addr, "Content-Length: 4000", "x")
	if response, err := http.ReadResponse(r, nil); err != nil || response.StatusCode != 400 {
		t.Errorf("got %v, %v, want the handler's 400", response, err)
	}
}
