package persistent

import (
	"bufio"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/classibench/classibench/internal/slowread"
	"github.com/classibench/classibench/internal/spool"
)

// spooled returns a handler whose answers do not wait for their clients: h can
// return, and free its database connection, while a client still reads.
func (s *Server) spooled(h http.Handler, pool *spool.Pool) http.Handler {
	pool.AllFiles = s.MaxSpool
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		a := newAnswer(rw, r, pool)
		defer func() { s.recordUnsent(r, a.out.Close()) }()
		h.ServeHTTP(a, r)
	})
}

// recordUnsent logs that a client was disconnected to make room for others. Another error
// means that the client is gone.
func (s *Server) recordUnsent(r *http.Request, err error) {
	if errors.Is(err, spool.ErrEvicted) {
		s.logger().Warn("client disconnected", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("err", err))
	}
}

// An answer is the ResponseWriter of a handler in front of a spool. While the spool
// sends, only it uses the ResponseWriter below.
type answer struct {
	http.ResponseWriter
	header http.Header
	out    *spool.Writer
	body   *slowread.Body // of the request; nil if it has none
	begun  bool           // the head is set
	bare   bool           // there is no body: 204, 304
	left   int64          // bytes of Content-Length still to come; -1 if there is none
}

func newAnswer(rw http.ResponseWriter, r *http.Request, pool *spool.Pool) *answer {
	a := &answer{ResponseWriter: rw, header: rw.Header(), left: -1}
	a.body, _ = r.Body.(*slowread.Body)
	a.out = pool.Writer(rw, func() { http.NewResponseController(rw).Flush() }) // fails if the client is gone, as the next write does
	if c := slowread.From(r.Context()); c != nil {
		c.Begin()
		a.out.Client = c
	}
	return a
}

// Header does not reach below: net/http has a copy of the header once it is set.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sets the head, or sends an informational one.
func (a *answer) WriteHeader(code int) {
	if a.begun {
		return
	}
	a.body.Rest()
	a.ResponseWriter.WriteHeader(code)
	if code < 200 && code != http.StatusSwitchingProtocols {
		return
	}
	a.begun = true
	a.bare = code == http.StatusNoContent || code == http.StatusNotModified
	if n, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		a.left = n
	}
}

// Write returns the errors of net/http, which would otherwise come too late.
func (a *answer) Write(b []byte) (int, error) {
	a.begin()
	switch {
	case len(b) == 0:
		return 0, nil
	case a.bare:
		return 0, http.ErrBodyNotAllowed
	case a.left >= 0 && int64(len(b)) > a.left:
		return 0, http.ErrContentLength
	}
	n, err := a.out.Write(b)
	if a.left >= 0 {
		a.left -= int64(n)
	}
	return n, err
}

// Flush sends what was written so far.
func (a *answer) Flush() {
	a.begin()
	a.out.Flush()
}

func (a *answer) begin() {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
}

// Hijack sends what was written before it takes over the connection.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if a.begun {
		a.out.Flush()
	}
	if err := a.out.Close(); err != nil {
		return nil, nil, err
	}
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// SetReadDeadline sets a deadline for the body, which may also end before.
func (a *answer) SetReadDeadline(t time.Time) error {
	if a.body == nil {
		return http.NewResponseController(a.ResponseWriter).SetReadDeadline(t)
	}
	return a.body.SetDeadline(t)
}

// Unwrap gives http.ResponseController access to the other deadline.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
