package load

import "time"

// Limits of a probe for workers.
const (
	mostProbed   = 16                      // requests
	probeLength  = 1500 * time.Millisecond // no request is sent later than this after the first, unless a close has released one
	slowestProbe = 400 * time.Millisecond  // a target with slower answers is not probed: a probe takes several answers
	probeRounds  = 2                       // how often a close has to release a waiting request
)

// A workerProbe checks whether each worker of a target serves one connection until
// it ends, even while it is idle, and whether there are fewer than mostProbed
// workers.
//
// It opens connections one after another, sends one request on each, and keeps them
// idle. A target of that kind leaves a request unanswered once all workers hold an
// idle connection, and answers it as soon as one of them is closed. The probe
// requires this twice, with twice the wait the second time. A first answer that
// always takes the same time, for example because a process is started, cannot come
// shortly after both.
type workerProbe struct {
	client *Client
	safe   *Requests
	usual  time.Duration // usual time of an answer
	held   []*conn       // idle connections, the oldest first
	rounds int           // requests that a close released
	sent   int           // number of requests
}

// probeWorkers checks for few workers; if it finds them, the pool gives each place
// that becomes free to a waiting hit. It sends at most most requests, and returns
// their number.
func (c *Client) probeWorkers(safe *Requests, usual time.Duration, most int) int {
	if usual > slowestProbe {
		return 0
	}
	p := &workerProbe{client: c, safe: safe, usual: usual, held: c.conns.takeAll()}
	for began := time.Now(); p.sent < min(most, mostProbed) && (p.rounds > 0 || time.Since(began) < probeLength) && p.open(); {
		if p.rounds == probeRounds {
			c.conns.bindWorkers()
			break
		}
	}
	closeAll(p.held)
	return p.sent
}

// open opens another connection. It returns false when the probe has its result.
func (p *workerProbe) open() bool {
	answered := make(chan *conn, 1)
	go func() { answered <- p.ask() }()
	wait := (3*p.usual + 50*time.Millisecond) << p.rounds
	select {
	case k := <-answered:
		return p.hold(k) && p.rounds == 0
	case <-time.After(wait):
	}
	if len(p.held) == 0 {
		p.hold(<-answered)
		return false
	}
	closeAll(p.held[:1])
	p.held = p.held[1:]
	closed := time.Now()
	k := <-answered
	if time.Since(closed) > wait*3/4 {
		p.hold(k)
		return false
	}
	p.rounds++
	return p.hold(k)
}

// ask sends a request on a new connection. It returns nil if there is no usable
// answer.
func (p *workerProbe) ask() *conn {
	x := p.client.newExchange(p.safe, uint64(p.sent))
	defer p.client.replies.Put(x)
	p.sent++
	k, _, err := p.client.open(x, time.Now().Add(p.client.o.Timeout))
	if k != nil && (err != nil || !k.reusable(&x.req, &x.resp)) {
		closeAll([]*conn{k})
		return nil
	}
	return k
}

// hold keeps a connection idle.
func (p *workerProbe) hold(k *conn) bool {
	if k == nil {
		return false
	}
	p.held = append(p.held, k)
	return true
}
