package layer_test

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/classibench/classibench/internal/layer"
)

type above struct{ layer.Conn }

func over(c net.Conn) above { return above{layer.Conn{Conn: c}} }

func TestFind(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	inner := over(a)
	if got, ok := layer.Find[above](over(inner)); !ok || got != over(inner) {
		t.Errorf("got %v, %v, want the uppermost", got, ok)
	}
	if got, ok := layer.Find[*net.TCPConn](over(inner)); ok {
		t.Errorf("found %v in a pipe", got)
	}
}

func TestHalves(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := errors.Join(over(over(server)).CloseRead(), over(over(server)).CloseWrite()); err != nil {
		t.Error(err)
	}
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the client read %v, want the end", err)
	}
	pipe, _ := net.Pipe()
	defer pipe.Close()
	for _, err := range []error{over(over(pipe)).CloseRead(), over(over(pipe)).CloseWrite()} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("a pipe has no halves, and got %v", err)
		}
	}
}
