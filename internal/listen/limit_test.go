package listen_test

import (
	"errors"
	"math"
	"net"
	"testing"

	"github.com/classibench/classibench/internal/listen"
)

// A client that one of several sockets has accepted is served, even if the server stops
// while all connections are in use.
func TestAnAcceptedClientIsServedAtTheLimit(t *testing.T) {
	here, client := net.Pipe()
	defer here.Close()
	defer client.Close()
	sockets := []net.Listener{newSocket(), newSocket()}
	l := listen.Limit(listen.Join(sockets...), 1, func(bool) {})
	first, _ := net.Pipe()
	sockets[0].(*socket).accepted <- first
	if _, err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	sockets[1].(*socket).accepted <- here
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := l.Accept(); c != here || err != nil {
		t.Errorf("Accept returned %v, %v, want the accepted connection", c, err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("then Accept failed with %v, want net.ErrClosed", err)
	}
}

// A socket accepts what is sent to accepted.
type socket struct {
	accepted chan net.Conn
	closed   chan bool
}

func newSocket() *socket { return &socket{make(chan net.Conn), make(chan bool)} }

func (s *socket) Accept() (net.Conn, error) {
	select {
	case c := <-s.accepted:
		return c, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *socket) Close() error   { close(s.closed); return nil }
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: "socket", Net: "unix"} }

// A limit beyond what a process may have is none, and takes no time.
func TestLimitOfAny(t *testing.T) {
	s := newSocket()
	l := listen.Limit(s, math.MaxInt, func(bool) {})
	here, client := net.Pipe()
	defer here.Close()
	defer client.Close()
	go func() { s.accepted <- here }()
	if _, err := l.Accept(); err != nil {
		t.Error(err)
	}
}
