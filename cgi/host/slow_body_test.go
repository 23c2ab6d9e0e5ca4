//go:build linux

package host

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// served returns the address of a handler behind Serve.
func served(t *testing.T, h http.Handler) net.Addr {
	t.Helper()
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- Serve(ctx, l, h) }()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	return l.Addr()
}

// A client that does not send its body gets 408 from Serve, and its connection is closed; the
// next body on a connection has a pause of its own.
func TestSlowBodyBehindServe(t *testing.T) {
	for name, rest := range map[string]string{
		"with a length": "Content-Length: 100000\r\n\r\nhel",
		"in chunks":     "Transfer-Encoding: chunked\r\n\r\n9\r\nhel",
	} {
		t.Run(name, func(t *testing.T) {
			h := script(t, "echo")
			h.ReceiveTimeout = 200 * time.Millisecond
			c, err := net.Dial("tcp", served(t, h).String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetReadDeadline(time.Now().Add(20 * time.Second))
			r := bufio.NewReader(c)
			fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
			response, err := http.ReadResponse(r, nil)
			if err != nil || response.StatusCode != 200 {
				t.Fatalf("got %v, %v, want 200", response, err)
			}
			io.Copy(io.Discard, response.Body)
			fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\n"+rest)
			response, err = http.ReadResponse(r, nil)
			if err != nil || response.StatusCode != http.StatusRequestTimeout || !response.Close {
				t.Fatalf("got %v, %v, want 408 and the end of the connection", response, err)
			}
			io.Copy(io.Discard, response.Body)
			if _, err := r.ReadByte(); err != io.EOF {
				t.Errorf("the connection goes on: %v", err)
			}
		})
	}
}

// A wrapped Handler is finished as one that is not: nothing is taken from the grace period.
func TestServeFinishesAWrappedHandler(t *testing.T) {
	f := &finisher{finished: make(chan bool, 1)}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := Serve(ctx, l, f); err != nil {
		t.Error(err)
	}
	select {
	case <-f.finished:
	default:
		t.Error("Serve did not finish the handler")
	}
}

type finisher struct {
	http.Handler
	finished chan bool
}

func (f *finisher) Finish(context.Context) error { f.finished <- true; return nil }
