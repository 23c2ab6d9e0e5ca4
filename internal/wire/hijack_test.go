package wire

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/classibench/classibench/internal/layer"
)

// What a client sends on a connection that was taken over is not kept, although it has no
// line ends.
func TestAHijackedConnectionIsNotFollowed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const size = 100_000
	kept := make(chan int, 1)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			kept <- 0
			return
		}
		defer c.Close()
		fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
		if _, err := io.CopyN(io.Discard, buffered, size); err != nil {
			t.Error(err)
		}
		own, _ := layer.Find[*conn](c)
		kept <- len(own.follow.line)
	})}
	l = Install(srv, l)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	defer func() { srv.Close(); <-served }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: x\r\n\r\n")
	if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 101 Switching Protocols\r\n\r\n"))); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if n := <-kept; n > 0 {
		t.Errorf("%d bytes are kept", n)
	}
}
