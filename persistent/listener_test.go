package persistent

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/classibench/classibench/internal/slowread"
)

// A connection has several rules one above the other, and still does what each of them, and
// net/http, asks of the one below: its halves end apart, and the judge of slow clients is
// found.
func TestConnectionsKeepTheirAbilities(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := (&Server{}).httpServer(http.NotFoundHandler())
	l := (&Server{}).listener(plain, srv, func(bool) {})
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if slowread.From(srv.ConnContext(t.Context(), c)) == nil {
		t.Error("the judge of slow clients is not found")
	}
	halves, ok := c.(interface {
		CloseRead() error
		CloseWrite() error
	})
	if !ok {
		t.Fatal("its halves do not end apart")
	}
	if err := errors.Join(halves.CloseRead(), halves.CloseWrite()); err != nil {
		t.Error(err)
	}
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the client read %v, want the end", err)
	}
}
