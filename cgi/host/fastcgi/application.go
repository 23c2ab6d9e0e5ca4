package fastcgi

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	defaultConns = 32          // if the application reports no number
	mostConns    = 4096        // even if the application reports more
	askTimeout   = time.Second // for the answer to FCGI_GET_VALUES
)

// An application is the address of an application, and the terms for its
// connections.
type application struct {
	network string
	address string
	local   bool // on this machine

	mu         sync.Mutex
	configured bool // the terms are configured
	known      bool
	terms      terms
	admit      func(conns int) // sets the number of requests at the same time; called under mu
}

// The terms of an application.
type terms struct {
	conns int  // at the same time
	keep  bool // connections may stay open between requests
}

// init sets the address, and the number of connections if it is configured (conns >
// 0).
func (a *application) init(addr string, conns int) {
	a.network, a.address, a.local = "tcp", addr, onLoopback(addr)
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		a.network, a.address, a.local = "unix", path, true
	}
	a.terms = terms{conns: 1} // the first request learns the terms, while the others wait
	if conns > 0 {
		a.configured, a.known, a.terms = true, true, terms{conns: conns, keep: true}
	}
}

func onLoopback(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// learn returns the terms. It requests them from the application if they are not
// known.
func (a *application) learn(ctx context.Context) (terms, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known {
		return a.terms, nil
	}
	values, err := a.ask(ctx)
	if err != nil {
		return terms{}, err
	}
	a.known, a.terms = true, termsOf(values)
	a.admit(a.terms.conns)
	return a.terms, nil
}

// forget makes learn request the terms again: the application that reported them
// has gone.
func (a *application) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.configured || !a.known {
		return
	}
	a.known, a.terms = false, terms{conns: 1}
	a.admit(1)
}

// ask requests an application's values on a separate connection: PHP closes it, and
// libfcgi would wait for its next request. No answer is not an error: an error
// means that the request could not be made.
func (a *application) ask(ctx context.Context) (map[string]string, error) {
	c, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.SetDeadline(askUntil(ctx))
	defer context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })()
	values, _ := getValues(c)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return values, nil
}

// askUntil returns the deadline of that request, which leaves time to serve the
// HTTP request that waits for it.
func askUntil(ctx context.Context) time.Time {
	wait := askTimeout
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)/2)
	}
	return time.Now().Add(wait)
}

// getValues requests the values for the number of connections (§4.1). An
// application leaves out a value that it does not know.
func getValues(c io.ReadWriter) (map[string]string, error) {
	if _, err := c.Write(appendGetValues(nil, "FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS")); err != nil {
		return nil, err
	}
	r := reader{br: bufio.NewReader(c)}
	rec, err := r.next()
	switch {
	case err != nil:
		return nil, err
	case rec.kind != typeValues || rec.id != 0:
		return nil, fmt.Errorf("got a record of type %d for request %d, want FCGI_GET_VALUES_RESULT", rec.kind, rec.id)
	}
	return parsePairs(rec.content)
}

func appendGetValues(b []byte, names ...string) []byte {
	at := len(b)
	b = appendHeader(b, typeGetValues, 0, 0)
	for _, name := range names {
		b = appendPair(b, name, "")
	}
	setLength(b, at)
	return b
}

// termsOf derives the terms from an application's values. libfcgi reports one
// connection in each of the processes that share a socket, and so does PHP without
// children: the number of processes is then unknown.
func termsOf(values map[string]string) terms {
	conns := number(values["FCGI_MAX_CONNS"])
	if reqs := number(values["FCGI_MAX_REQS"]); conns == 0 || reqs > 0 && reqs < conns {
		conns = reqs
	}
	if values["FCGI_MPXS_CONNS"] == "1" {
		return terms{conns: cmp.Or(conns, defaultConns), keep: true}
	}
	if conns > 1 {
		return terms{conns: conns, keep: true}
	}
	return terms{conns: defaultConns}
}

// number parses a number of connections; 0 means none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, mostConns)
}
