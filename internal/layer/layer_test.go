package layer_test

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/classibench/classibench/internal/layer"
)

type above struct{ net.Conn }

func (a above) NetConn() net.Conn { return a.Conn }

func TestFind(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	inner := above{a}
	if got, ok := layer.Find[above](above{inner}); !ok || got != (above{inner}) {
		t.Errorf("got %v, %v, want the uppermost", got, ok)
	}
	if got, ok := layer.Find[*net.TCPConn](above{inner}); ok {
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
	if err := errors.Join(layer.CloseRead(server), layer.CloseWrite(server)); err != nil {
		t.Error(err)
	}
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the client read %v, want the end", err)
	}
	pipe, _ := net.Pipe()
	defer pipe.Close()
	for _, err := range []error{layer.CloseRead(pipe), layer.CloseWrite(pipe)} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("a pipe has no halves, and got %v", err)
		}
	}
}
