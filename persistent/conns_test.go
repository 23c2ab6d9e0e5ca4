package persistent_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

// A limited is a running server with two connections, whose path /wait ends with release.
type limited struct {
	addr, admin string
	begun       chan bool
	release     chan bool
	stop        context.CancelFunc
	served      chan error
}

func startLimited(t *testing.T) *limited {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin.Close() // the server listens there
	s := &limited{l.Addr().String(), admin.Addr().String(), make(chan bool), make(chan bool), nil, make(chan error, 1)}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	t.Cleanup(s.stop)
	server := persistent.Server{Admin: s.admin, MaxConns: 2}
	go func() {
		s.served <- server.ServeListener(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/wait" {
				s.begun <- true
				<-s.release
			}
			io.WriteString(w, "ok")
		}))
	}()
	return s
}

// send sends a request on a connection of its own.
func (s *limited) send(t *testing.T, path string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	return c, bufio.NewReader(c)
}

func answered(t *testing.T, r *bufio.Reader) {
	t.Helper()
	rs, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(rs.Body); string(body) != "ok" || err != nil {
		t.Errorf("the answer is %q, %v", body, err)
	}
}

// Clients that keep idle connections give way to others.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	s := startLimited(t)
	for range 8 {
		_, r := s.send(t, "/")
		answered(t, r)
	}
}

// While all connections are in use, a further client waits, and the health check answers.
// Then the client is served.
func TestConnectionsAreLimited(t *testing.T) {
	s := startLimited(t)
	var busy []*bufio.Reader
	for range 2 {
		_, r := s.send(t, "/wait")
		<-s.begun
		busy = append(busy, r)
	}
	_, third := s.send(t, "/wait")
	rs, err := http.Get("http://" + s.admin + "/healthz")
	if err != nil || rs.StatusCode != http.StatusOK {
		t.Fatalf("the health check: %v, %v", rs, err)
	}
	rs.Body.Close()
	select {
	case <-s.begun:
		t.Error("a third connection is served")
	default:
	}
	s.release <- true
	s.release <- true
	for _, r := range busy {
		answered(t, r)
	}
	<-s.begun
	s.release <- true
	answered(t, third)
}

// A server stops while a client waits for a connection.
func TestStopWhileAllConnectionsAreInUse(t *testing.T) {
	s := startLimited(t)
	for range 2 {
		s.send(t, "/wait")
		<-s.begun
	}
	s.send(t, "/")
	s.stop()
	close(s.release)
	if err := <-s.served; err != nil {
		t.Errorf("the server stops with %v", err)
	}
}

// The same rules hold for the connections of a front end: idle ones make room, and while all
// are in use, a further one waits.
func TestConnectionsOfAFrontEndAreLimited(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	r := start(t, &persistent.Server{FastCGI: true, MaxConns: 2}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			begun <- true
			<-release
		}
		io.WriteString(w, "ok")
	}))
	for range 8 {
		if status, body, _ := dialFast(t, r.addr).get("/"); status != 200 || body != "ok" {
			t.Fatalf("got %d %q", status, body)
		}
	}
	clients := []*fastClient{dialFast(t, r.addr), dialFast(t, r.addr), dialFast(t, r.addr)}
	for _, c := range clients[:2] {
		c.send("/wait")
		receive(t, begun)
	}
	clients[2].send("/wait")
	select {
	case <-begun:
		t.Error("a third connection is served")
	case <-time.After(50 * time.Millisecond):
	}
	release <- true
	receive(t, begun)
	close(release)
	for _, c := range clients {
		if _, _, body := c.receive(); body != "ok" {
			t.Errorf("the answer is %q", body)
		}
	}
	if err := r.end(t); err != nil {
		t.Error(err)
	}
}
