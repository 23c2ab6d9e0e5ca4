package fastcgi

import (
	"sync"
	"time"
)

// A pool keeps idle connections. The last one that came is the first to go, so
// that those which are not needed grow old.
type pool struct {
	timeout time.Duration

	mu     sync.Mutex
	conns  []*conn // the oldest first
	sweep  *time.Timer
	closed bool
}

// take takes a connection that is alive, or nil.
func (p *pool) take() *conn {
	for {
		c := p.pop()
		if c == nil || alive(c.Conn) {
			return c
		}
		c.Close()
	}
}

func (p *pool) pop() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.conns)
	if n == 0 {
		return nil
	}
	c := p.conns[n-1]
	p.conns = p.conns[:n-1]
	return c
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.Close()
		return
	}
	c.since = time.Now()
	p.conns = append(p.conns, c)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(p.timeout, p.clean)
	}
}

// clean closes the connections that have been idle for too long, and comes back
// for the others.
func (p *pool) clean() {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := 0
	for old < len(p.conns) && time.Since(p.conns[old].since) >= p.timeout {
		p.conns[old].Close()
		old++
	}
	p.conns = append(p.conns[:0], p.conns[old:]...)
	p.sweep = nil
	if len(p.conns) > 0 && !p.closed {
		p.sweep = time.AfterFunc(p.timeout-time.Since(p.conns[0].since), p.clean)
	}
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.sweep != nil {
		p.sweep.Stop()
	}
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}
