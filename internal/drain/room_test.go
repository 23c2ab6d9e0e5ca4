package drain_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/internal/wire"
)

// A pipeListener accepts the other ends of pipes.
type pipeListener struct {
	conns  chan net.Conn
	ctx    context.Context
	closed func()
}

func newPipeListener() *pipeListener {
	ctx, closed := context.WithCancel(context.Background())
	return &pipeListener{make(chan net.Conn), ctx, closed}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.closed(); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// TestRoomOfTheSilent closes connections whose clients have begun a head and do not go on, while
// there are too few for all. net/http may have read the beginning with the request before.
func TestRoomOfTheSilent(t *testing.T) {
	const get = "GET /1 HTTP/1.1\r\nHost: ads\r\n\r\n"
	for name, begin := range map[string][]string{
		"nothing":              {""},
		"a part of the first":  {"GET /"},
		"a part of the second": {get, "GET /"},
		"behind the first":     {get + "GET /"},
		"behind the second":    {get, get + "G"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				plain := &http.Server{Handler: http.HandlerFunc(echo), IdleTimeout: 2 * time.Minute, ReadHeaderTimeout: 30 * time.Second}
				f := serveWith(t, wire.Install(plain, l), plain)
				c, theirs := net.Pipe()
				l.conns <- theirs
				go io.Copy(io.Discard, c) // the answers
				for _, b := range begin {
					io.WriteString(c, b)
					synctest.Wait()
				}
				for range 55 {
					f.KeepAlive(false)
					time.Sleep(100 * time.Millisecond)
				}
				if _, err := io.WriteString(c, "x"); !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("after 5.5 s, the connection is open (%v)", err)
				}
				c.Close()
			})
		})
	}
}
