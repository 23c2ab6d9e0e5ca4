package drain

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/layer"
)

// A Retirable is a connection that is closed at the next moment between two requests, once
// Retire was called. A request of which a byte has arrived is read to its end.
//
// The goroutine that reads decides, since only it knows what it has read: Retire wakes it by a
// deadline in the past. To end the reading side from outside, at a moment when no request seems
// to be in flight, would cut off a request whose body is still on its way.
type Retirable struct {
	layer.Conn
	begun func() bool

	mu       sync.Mutex
	deadline time.Time // of reading, as the server has set it
	asked    bool      // Retire was called
	woken    bool      // the connection below has a deadline in the past instead
	ended    bool      // its reading side was ended here
}

// NewRetirable returns a Retirable for c. begun reports whether a byte was read of a request
// that is not answered yet. Only the goroutine that reads calls it.
func NewRetirable(c net.Conn, begun func() bool) *Retirable {
	return &Retirable{Conn: layer.Conn{Conn: c}, begun: begun}
}

// Retire makes Read return the end, unless a request has begun or has arrived.
func (r *Retirable) Retire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.asked, r.woken = true, true
		_ = r.Conn.SetReadDeadline(past) // fails if it is closed
	}
}

var past = time.Unix(1, 0)

// Keep revokes Retire.
func (r *Retirable) Keep() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = false
}

// Ended reports whether this side has ended the reading side.
func (r *Retirable) Ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

func (r *Retirable) Read(b []byte) (int, error) {
	for {
		if r.due() && !r.begun() && !arrived(r.NetConn()) {
			r.end()
		}
		n, err := r.Conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !r.disturbed() {
			return n, err
		}
	}
}

// due reports whether Retire was called, and sets the server's deadline again.
func (r *Retirable) due() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.woken {
		r.woken = false
		_ = r.Conn.SetReadDeadline(r.deadline)
	}
	return r.asked
}

// disturbed reports whether Retire has called since.
func (r *Retirable) disturbed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.woken
}

// end ends the reading side. A request that arrived since the last look is read before the
// end. A connection that cannot end it is closed, as Shutdown of net/http would.
func (r *Retirable) end() {
	r.mu.Lock()
	first := !r.ended
	r.ended = true
	r.mu.Unlock()
	if first && errors.Is(r.CloseRead(), errors.ErrUnsupported) {
		r.Conn.Close()
	} // another error means that it is closed
}

// SetReadDeadline sets the deadline of the server.
func (r *Retirable) SetReadDeadline(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deadline = t
	if r.woken { // Read sets it: a reader that was just woken would sleep on
		return nil
	}
	return r.Conn.SetReadDeadline(t)
}

// SetDeadline sets the deadlines of reading and writing.
func (r *Retirable) SetDeadline(t time.Time) error {
	return errors.Join(r.SetReadDeadline(t), r.SetWriteDeadline(t))
}
