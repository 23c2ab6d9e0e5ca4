package slowread

import (
	"net"
	"time"
)

// This file tells a producer of answers about the client of a connection. Its methods may
// be called at any time, by any goroutine.

// most is the number of bytes that fit any system's buffer that is empty.
const most = 16 << 10

// Room reports whether n bytes can be written without waiting: the client has taken
// all that was written before. If the system does not tell, it returns false.
func (c *Conn) Room(n int) bool {
	left, known := unsent(c.NetConn())
	return n <= most && known && left == 0
}

// Taken returns the bytes that the client has taken, of all that was written. If the system
// does not tell, that is what the system has taken.
func (c *Conn) Taken() int64 {
	if n := acknowledged(c.NetConn()); n > 0 {
		return n
	}
	return max(c.taken(), 0)
}

// taken is Taken by our own count, which leaves out what a Write that waits has written.
func (c *Conn) taken() int64 {
	left, _ := unsent(c.NetConn())
	return c.queued.Load() - left
}

// RoundTrip returns the time from here to the client and back, as the system has measured
// it, or 0 if it does not tell.
func (c *Conn) RoundTrip() time.Duration { return roundTrip(c.NetConn()) }

// Drop disconnects the client: writing fails, and what the client did not take is dropped
// when the connection is closed.
func (c *Conn) Drop() {
	c.forget()
	c.SetWriteDeadline(time.Unix(1, 0)) // fails only if the connection is closed
}

// forget makes the system drop, at Close, what the client has not taken. It would keep
// megabytes for many minutes.
func (c *Conn) forget() {
	if tcp, ok := c.NetConn().(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
