package fastcgi

import (
	"sync"
	"time"
)

// defaultPatience is how long a new connection may wait for its answer. Then the
// idle ones are closed, since one may hold the only process.
const defaultPatience = 200 * time.Millisecond

// A pool keeps idle connections. It reuses the newest first, so that surplus ones
// expire.
type pool struct {
	timeout  time.Duration
	patience time.Duration

	mu      sync.Mutex
	conns   []*conn // oldest first
	overdue int     // new connections that wait too long: meanwhile, none is kept
	sweep   *time.Timer
	closed  bool
}

// take removes and returns a connection that is alive, or nil.
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

// put keeps a connection for another request, or closes it.
func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !c.fit || p.closed || p.overdue > 0 {
		c.Close()
		return
	}
	c.since = time.Now()
	p.conns = append(p.conns, c)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(p.timeout, p.clean)
	}
}

// expect watches a new connection. If it waits for longer than patience, the idle
// connections are closed, and none is kept until answered is called.
func (p *pool) expect() (answered func()) {
	timer := time.AfterFunc(p.patience, func() { p.yield(1) })
	return func() {
		if !timer.Stop() {
			p.yield(-1)
		}
	}
}

func (p *pool) yield(more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.overdue += more
	if p.overdue > 0 {
		p.closeAll()
	}
}

// clean closes the connections that have been idle for too long, and schedules its
// next run.
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

// drain closes the idle connections.
func (p *pool) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeAll()
}

// close closes the idle connections, and all that are put later.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.sweep != nil {
		p.sweep.Stop()
	}
	p.closeAll()
}

func (p *pool) closeAll() {
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}
