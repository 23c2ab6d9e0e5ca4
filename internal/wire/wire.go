// Package wire adds to net/http's server three rules of HTTP/1.1 for which it has no
// setting, on the connection itself: a status line with another reason phrase than the
// standard one, the end of a connection whose requests have an unclear length, and a limit
// for the number of header fields.
package wire

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/classibench/classibench/internal/layer"
)

// Install makes a server follow these rules, and returns the listener that it must serve.
// Call it before Serve. A ConnContext that the server has gets the connections that l
// accepts.
func Install(srv *http.Server, l net.Listener) net.Listener {
	srv.Handler = closing{srv.Handler}
	installContext(srv)
	installState(srv)
	return listener{l}
}

func installContext(srv *http.Server) {
	inner := srv.ConnContext
	srv.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		own, ok := layer.Find[*conn](c)
		if !ok {
			panic("wire: the server does not serve the listener of Install")
		}
		if inner != nil {
			ctx = inner(ctx, own.NetConn())
		}
		return context.WithValue(ctx, connKey{}, own)
	}
}

// installState ends the follower of a connection that a handler takes over: what its
// client sends then is no HTTP, and may have no line ends.
func installState(srv *http.Server) {
	inner := srv.ConnState
	srv.ConnState = func(c net.Conn, state http.ConnState) {
		if own, ok := layer.Find[*conn](c); ok && state == http.StateHijacked {
			own.hijacked.Store(true)
		}
		if inner != nil {
			inner(c, state)
		}
	}
}

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: layer.Conn{Conn: c}}, nil
}

type connKey struct{}

// connOf returns the connection of a request, or nil if its server has none of ours.
func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}

// Followed reports whether the server of a request closes a connection with requests of
// unclear length by itself.
func Followed(ctx context.Context) bool { return connOf(ctx) != nil }

// SetReason sets the reason phrase (RFC 9112 §4) of the response to a request. Call it
// just before WriteHeader. It does nothing for HTTP/2, which has no reason phrases, nor
// with a server without Install, which sends the standard one.
func SetReason(r *http.Request, phrase string) {
	if c := connOf(r.Context()); c != nil && r.ProtoMajor == 1 {
		c.reason = phrase
	}
}

// closing closes the connection after a request of unclear length.
type closing struct{ http.Handler }

func (h closing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c := connOf(r.Context()); c != nil && c.unclear.Load() && r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	next := h.Handler
	if next == nil {
		next = http.DefaultServeMux
	}
	next.ServeHTTP(w, r)
}

// A conn is a connection of the server.
type conn struct {
	layer.Conn
	reason   string // of the response that is written next; empty means the standard one
	follow   follower
	unclear  atomic.Bool // a request had an unclear length
	hijacked atomic.Bool
}

// Read follows the requests. A head with too many fields goes on with a line that does not end:
// net/http finds it too large, and answers 431.
func (c *conn) Read(b []byte) (n int, err error) {
	if !c.follow.crowded() {
		n, err = c.Conn.Read(b)
	}
	if !c.hijacked.Load() && c.follow.add(b[:n]) {
		c.unclear.Store(true)
	}
	if c.follow.crowded() {
		return copy(b, bytes.Repeat([]byte("x"), len(b))), nil
	}
	return n, err
}

// Begun reports whether a part of a request was read, and not its end. Only the goroutine that
// reads may call it.
func (c *conn) Begun() bool { return c.follow.begun() }

// Write replaces the reason phrase, if one is set. net/http writes a head in one piece,
// or the first 4 KB of it, and flushes before it: so the status line is at the beginning
// of the first Write.
func (c *conn) Write(b []byte) (int, error) {
	phrase := c.reason
	if phrase == "" {
		return c.Conn.Write(b)
	}
	c.reason = ""
	const code = len("HTTP/1.1 200 ")
	end := bytes.IndexByte(b, '\r')
	if end < code || !bytes.HasPrefix(b, []byte("HTTP/1.")) {
		return c.Conn.Write(b)
	}
	line := append(append(make([]byte, 0, len(b)+len(phrase)), b[:code]...), phrase...)
	if _, err := c.Conn.Write(append(line, b[end:]...)); err != nil {
		return 0, err
	}
	return len(b), nil
}
