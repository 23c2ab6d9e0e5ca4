package slowread

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultBodyPause is the limit of a client's pause in the body of its request, if none
// is set.
const DefaultBodyPause = 20 * time.Second

// ErrSlowBody is the error of a Read from a client that sends too little. It wraps
// os.ErrDeadlineExceeded.
var ErrSlowBody = fmt.Errorf("the client does not send the body of its request: %w", os.ErrDeadlineExceeded)

// Handler returns a handler that passes requests on to h, each with a [Body]. A pause of 0
// means DefaultBodyPause.
//
// h gets a copy of the request, because net/http looks at the body in its own.
func Handler(h http.Handler, pause time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			h.ServeHTTP(w, r)
			return
		}
		inner := new(http.Request)
		*inner = *r
		b := NewBody(w, r, pause)
		b.ended = func() { inner.Trailer = r.Trailer }
		inner.Body = b
		defer func() { r.MultipartForm = inner.MultipartForm }() // net/http removes its files
		h.ServeHTTP(w, inner)
	})
}

// A Body is the body of a request whose client must send it at [Rate] on average, and may
// pause for a time: Read fails with ErrSlowBody otherwise. Only the time in which Read
// waits for the client counts.
type Body struct {
	io.ReadCloser
	connection *http.ResponseController
	ended      func() // called at the end of the body; may be nil
	chunked    bool   // it comes in chunks: a Read may wait for the client more than once
	slow       atomic.Bool

	mu    sync.Mutex
	pause time.Duration
	debt  debt
	over  bool      // Read has failed, or has read all
	limit time.Time // set by SetDeadline; zero means none
	armed time.Time // deadline of the connection
}

// NewBody returns a Body for a request that is answered by w. A pause of 0 means
// DefaultBodyPause. The server must have no ReadTimeout, which would end first.
func NewBody(w http.ResponseWriter, r *http.Request, pause time.Duration) *Body {
	b := &Body{ReadCloser: r.Body, connection: http.NewResponseController(w), chunked: r.ContentLength < 0, pause: cmp.Or(pause, DefaultBodyPause)}
	b.Rest()
	return b
}

// SetPause sets how long the client may send nothing. 0 means DefaultBodyPause.
func (b *Body) SetPause(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pause = cmp.Or(d, DefaultBodyPause)
	b.arm(time.Now())
}

// SetDeadline sets a deadline for reading, beside the judgement of the client. Call it in
// place of the method of the ResponseController.
func (b *Body) SetDeadline(t time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit, b.armed = t, t
	return b.connection.SetReadDeadline(t)
}

// Rest gives the client a pause, as from the beginning, for what is not read yet: net/http
// reads it before it sends the head of an answer.
func (b *Body) Rest() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		b.debt = debt{}
		b.arm(time.Now())
	}
}

// Read reads what the client has sent.
func (b *Body) Read(p []byte) (int, error) {
	began := time.Now()
	n, err := b.ReadCloser.Read(p[:min(len(p), b.begin(began))])
	return n, b.judge(began, n, err)
}

// begin sets the deadline of a Read, and returns how many bytes it may read. Of a body in
// chunks, these are as many as a client sends before the deadline at the least rate.
func (b *Body) begin(now time.Time) (most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		b.arm(now)
	}
	if !b.chunked {
		return math.MaxInt
	}
	return int(max(1, (b.pause-b.debt.waited)/perByte))
}

// arm sets the deadline at which the client is too slow, or a little later: setting it takes
// time, so one in that range is left. A server that has no deadlines lets Read wait.
func (b *Body) arm(now time.Time) {
	const often = 4
	late := min(b.pause/often, time.Second)
	due := now.Add(b.pause - b.debt.waited)
	if !b.limit.IsZero() && b.limit.Before(due.Add(late)) {
		due, late = b.limit, 0
	}
	if over := b.armed.Sub(due); over < 0 || over > late {
		b.armed = due.Add(late)
		_ = b.connection.SetReadDeadline(b.armed)
	}
}

// judge returns the error of a Read that began at a time and got n bytes.
func (b *Body) judge(began time.Time, n int, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return err
	}
	now := time.Now()
	b.debt.count(now.Sub(began), int64(n))
	late := errors.Is(err, os.ErrDeadlineExceeded) && (b.limit.IsZero() || now.Before(b.limit))
	switch {
	case late, err == nil && b.debt.waited >= b.pause:
		err = ErrSlowBody
		b.slow.Store(true)
	case errors.Is(err, io.EOF):
		_ = b.connection.SetReadDeadline(time.Time{}) // it would look like a client that left
		if b.ended != nil {
			b.ended()
		}
	}
	b.over = err != nil
	return err
}

// Slow reports whether Read has failed with ErrSlowBody.
func (b *Body) Slow() bool { return b != nil && b.slow.Load() }

// Status returns the status of an answer. It is 408 in place of another error if the client
// was too slow: a handler can rarely tell that from a broken body (RFC 9110 §15.5.9).
func (b *Body) Status(code int) int {
	if code >= 400 && b.Slow() {
		return http.StatusRequestTimeout
	}
	return code
}
