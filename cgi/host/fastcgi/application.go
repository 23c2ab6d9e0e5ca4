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
	defaultConns = 32          // where the application does not tell how many it takes
	mostConns    = 4096        // however many it tells
	askTimeout   = time.Second // for the answer to FCGI_GET_VALUES
)

// An application is where it listens, and on which terms it takes connections.
type application struct {
	network string
	address string
	local   bool // it is on this machine

	mu    sync.Mutex
	told  bool // the terms are given, not asked for
	known bool
	terms terms
	admit func(conns int) // has so many requests passed on at once; called under mu
}

// The terms of an application.
type terms struct {
	conns int  // at once
	keep  bool // they may stay open between requests
}

// init sets where the application is, and how many connections it takes if that
// is known.
func (a *application) init(addr string, conns int) {
	a.network, a.address, a.local = "tcp", addr, onLoopback(addr)
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		a.network, a.address, a.local = "unix", path, true
	}
	a.terms = terms{conns: 1} // the first request asks, and the others wait in line
	if conns > 0 {
		a.told, a.known, a.terms = true, true, terms{conns: conns, keep: true}
	}
}

func onLoopback(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// learn asks for the terms unless they are known.
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

// forget has the terms asked for again: the application that had them is gone.
func (a *application) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told || !a.known {
		return
	}
	a.known, a.terms = false, terms{conns: 1}
	a.admit(1)
}

// ask asks an application for its values, over a connection of its own: PHP closes
// it, and libfcgi would wait on it. That there is no answer is one too; an error
// means that the application could not be asked.
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

// askUntil is when an answer is no longer waited for: soon enough to serve the
// request for which it is asked.
func askUntil(ctx context.Context) time.Time {
	wait := askTimeout
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)/2)
	}
	return time.Now().Add(wait)
}

// getValues asks for the values that tell how many connections there may be
// (§4.1). An application that does not know one of them leaves it out.
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
		return nil, fmt.Errorf("a record of type %d and request %d, want the values", rec.kind, rec.id)
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

// termsOf understands an application's values. One connection is what libfcgi
// reports, in each of the processes that share a socket, and what PHP without
// children reports: how many processes there are is not known then.
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

// number reads a number of connections; 0 is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, mostConns)
}
