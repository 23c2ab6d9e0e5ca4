package persistent

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/drain"
)

// A fastConn parses the records on a connection (FastCGI 1.0 §3.3): an answer is
// due from FCGI_BEGIN_REQUEST until its FCGI_END_REQUEST is written. The handler's
// return is too early, because package fcgi writes the end of the answer after it.
type fastConn struct {
	*drain.Retirable
	listener *fastListener
	opened   time.Time

	// One goroutine calls Read.
	head [recordHead]byte
	have int // bytes of head
	skip int // remaining bytes of the record's content and padding

	mu       sync.Mutex
	changed  sync.Cond      // the number of requests has changed
	requests map[uint16]int // number of answers that are due, by the id of their requests
	used     bool           // it had a request
}

func newFastConn(below net.Conn, l *fastListener) *fastConn {
	c := &fastConn{listener: l, opened: time.Now(), requests: map[uint16]int{}}
	c.Retirable = drain.NewRetirable(below, c.begun)
	c.changed.L = &c.mu
	return c
}

const (
	recordHead   = 8
	beginRequest = 1
	endRequest   = 3
)

func (c *fastConn) Read(b []byte) (int, error) {
	n, err := c.Retirable.Read(b)
	c.follow(b[:n])
	if errors.Is(err, io.EOF) {
		c.awaitAnswers()
	}
	return n, err
}

// follow parses the bytes that were read. A record may be split in any way.
func (c *fastConn) follow(b []byte) {
	for len(b) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(b))
			c.skip -= n
			b = b[n:]
			continue
		}
		n := copy(c.head[c.have:], b)
		c.have += n
		b = b[n:]
		if c.have == recordHead {
			c.record()
		}
	}
}

func (c *fastConn) record() {
	if c.head[1] == beginRequest {
		c.begin(binary.BigEndian.Uint16(c.head[2:]))
	}
	c.skip = int(binary.BigEndian.Uint16(c.head[4:])) + int(c.head[6])
	c.have = 0
}

// Write gets one whole record from package fcgi. After a part of one, the connection is of no
// use.
func (c *fastConn) Write(b []byte) (int, error) {
	n, err := c.Retirable.Write(b)
	if err != nil {
		c.Close()
		return n, err
	}
	if len(b) >= recordHead && b[1] == endRequest {
		c.end(binary.BigEndian.Uint16(b[2:]))
	}
	return n, err
}

// Close also ends the requests that are in flight.
func (c *fastConn) Close() error {
	c.listener.mu.Lock()
	known := c.listener.open[c]
	delete(c.listener.open, c)
	c.listener.mu.Unlock()
	c.mu.Lock()
	ended := 0
	for _, n := range c.requests {
		ended += n
	}
	clear(c.requests)
	c.changed.Broadcast()
	c.mu.Unlock()
	for range ended {
		c.listener.answers.End()
	}
	err := c.Retirable.Close()
	if known {
		c.listener.conns.End()
	}
	return err
}

// begin counts a request. The client may have the end of an answer, and use its id again,
// before end has counted it.
func (c *fastConn) begin(id uint16) {
	c.mu.Lock()
	c.requests[id]++
	c.used = true
	c.Keep()
	c.mu.Unlock()
	c.listener.answers.Begin()
}

func (c *fastConn) end(id uint16) {
	c.mu.Lock()
	known := c.requests[id] > 0
	if c.requests[id]--; c.requests[id] <= 0 {
		delete(c.requests, id)
	}
	c.changed.Broadcast()
	c.mu.Unlock()
	if known {
		c.listener.answers.End()
	}
	if c.listener.closing.Load() || c.listener.pressed.Load() {
		c.retireIdle()
	}
}

// silence is how long a connection may be open before its first request, while all are in use.
const silence = 5 * time.Second // as with net/http

// fresh reports whether the first request may still be on its way.
func (c *fastConn) fresh() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.used && time.Since(c.opened) < silence
}

// retireIdle closes the connection unless an answer is due on it. A request of which a byte has
// arrived is read to its end and answered.
func (c *fastConn) retireIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.requests) == 0 {
		c.Retire()
	}
}

// begun reports whether an answer is due, or a part of a record was read.
func (c *fastConn) begun() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.requests) > 0 || c.have > 0 || c.skip > 0
}

// awaitAnswers waits for the answers that are due on a connection whose reading side
// this process has ended. At the end of the requests, package fcgi would close it.
func (c *fastConn) awaitAnswers() {
	if !c.Ended() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.requests) > 0 {
		c.changed.Wait()
	}
}
