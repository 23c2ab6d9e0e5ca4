// Package fastcgi is a gateway from HTTP to a FastCGI 1.0 responder: it passes
// requests to a running application, over connections that can stay open.
//
// A [Handler] is an http.Handler for one application. The meta-variables, the
// limits and the rules for responses are those of package host, which starts a
// process for each request instead. host.ListenAndServe serves both.
//
// Not supported: the roles authorizer and filter, several requests at the same time
// on one connection (few applications allow it), and starting the application.
package fastcgi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/environ"
)

// A Handler passes requests to a FastCGI application. Only Addr must be set.
//
// Each connection carries one request at a time. The application decides whether it
// is kept for the next request: most have one process for each open connection, so
// that an idle connection blocks a process. Before the first request, the handler
// requests the application's values with FCGI_GET_VALUES (§4.1). If the application
// reports more than one connection (FCGI_MAX_CONNS), the handler opens up to that
// number and keeps them; it does the same with MaxConns. If the application accepts
// several requests on a connection (FCGI_MPXS_CONNS), idle connections cost it
// nothing and are kept. In all other cases the connection is closed after each
// request (no FCGI_KEEP_CONN): if the application does not answer within a second,
// or reports one connection, as libfcgi does in each of its processes.
//
// The application does not wait for a client that reads slowly: see host.Handler.
//
// When the client leaves or the time limit is reached, the handler sends
// FCGI_ABORT_REQUEST and closes the connection. An application that closes its
// standard output by an empty record ends its response, as with nginx; it may work on
// until the time limit before it ends the request.
//
// The application can close a connection at the moment of its use: a worker is
// recycled, or its idle time has ended. So the handler checks an idle connection
// before it uses it, and uses it only for a request that may be repeated: one with
// an idempotent method (RFC 9110 §9.2.2). Other requests get a new connection. If a
// connection breaks before the first record of the answer, the request is sent
// again once, on a new connection, if it may be repeated, or if the application
// cannot have begun because not all parameters were sent.
//
// Do not change fields after the first request.
type Handler struct {
	Addr string // of the application: "HOST:PORT", or "unix:/path"

	// Script is SCRIPT_FILENAME, which PHP needs; may be empty. With it, Root
	// defaults to its directory and ScriptName to its path below Root, and all
	// paths lead to it; see host.SiteOf.
	Script     string
	ScriptName string   // SCRIPT_NAME, the URL path that leads to the application; empty means "/"
	Root       string   // document root, for PATH_TRANSLATED; empty leaves that unset
	Env        []string // added to the meta-variables, as NAME=VALUE; replaces those of the same name

	// MaxConns is the number of the application's processes or threads: the handler
	// opens up to that number of connections, each with one request at a time, and
	// keeps them. 0 means the number that the application reports, or 32 if it
	// reports none.
	MaxConns    int
	MaxWaiting  int           // further requests that may wait in the queue; 0 means 1024
	MaxBody     int64         // size of a request's body in bytes; 0 means 1 GiB
	Timeout     time.Duration // for a request from the end of its body, with its wait in the queue; 0 means 1 min
	IdleTimeout time.Duration // an idle connection is closed after this time; 0 means 30 s
	MaxSpool    int64         // size of all temporary files in bytes, as in host.Handler; 0 means 1 GiB
	SendTimeout time.Duration // for a client that does not read, as in host.Handler; 0 means 10 s

	// ReceiveTimeout is for a client that does not send its body, as in host.Handler; 0
	// means 20 s.
	ReceiveTimeout time.Duration

	// PassAuth passes Authorization and Proxy-Authorization on, as in host.Handler.
	PassAuth bool

	// Redirect answers local redirects (RFC 3875 §6.2.2); nil means the Handler.
	Redirect http.Handler

	// Logger receives problems, and the lines that the application writes to
	// FCGI_STDERR. If it is nil, nothing is logged.
	Logger *slog.Logger

	// LogQuery logs requests with their query, as in host.Handler.
	LogQuery bool

	once    sync.Once
	gateway *host.Gateway
	app     application
	idle    pool
	quit    context.Context // ends at Wait
	cancel  context.CancelFunc
}

// ServeHTTP answers with the statuses of host.Handler: 502 if the application
// cannot be reached or breaks the protocol, 503 if it reports overload, 504 at the
// time limit; and 414 or 431 if the URL or a header is larger than a record and the
// application closes the connection for that, as PHP does.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.init)
	h.gateway.ServeHTTP(w, r)
}

// Wait returns when no request is being served, and closes the connections. It aborts
// requests that the application continues after its response. Call it after the
// server has stopped.
func (h *Handler) Wait() {
	h.once.Do(h.init)
	h.cancel()
	h.gateway.Wait()
	h.idle.close()
}

func (h *Handler) init() {
	h.quit, h.cancel = context.WithCancel(context.Background())
	h.app.init(h.Addr, h.MaxConns)
	h.idle.timeout = cmp.Or(h.IdleTimeout, 30*time.Second)
	h.idle.patience = cmp.Or(h.idle.patience, defaultPatience)
	site := host.SiteOf(h.Script, h.ScriptName, cmp.Or(h.Root, environ.Get(h.Env, "DOCUMENT_ROOT")))
	h.gateway = &host.Gateway{
		Script: h.Script, ScriptName: site.Name, Fallback: site.Fallback, Root: site.Root, Env: h.Env,
		MaxRequests: h.app.terms.conns, MaxWaiting: h.MaxWaiting, MaxBody: h.MaxBody, MaxSpool: h.MaxSpool, Timeout: h.Timeout, SendTimeout: h.SendTimeout, ReceiveTimeout: h.ReceiveTimeout,
		PassAuth: h.PassAuth, Redirect: h.Redirect, Logger: h.Logger, LogQuery: h.LogQuery, Respond: h.respond,
	}
	h.app.admit = h.gateway.Admit
}

// respond passes one request to the application.
func (h *Handler) respond(ctx context.Context, rq *host.Request, rs *host.Response) error {
	c, err := h.connect(ctx, repeatable(rq.Method))
	if err != nil {
		return err
	}
	if err = h.pass(ctx, c, rq, rs); !again(ctx, rq, err) {
		return explain(rq, err)
	}
	h.report(ctx, rq, err)
	if c, err = h.open(ctx, c.keep); err != nil {
		return err
	}
	return explain(rq, h.pass(ctx, c, rq, rs))
}

// connect returns a connection for a request. The application may be closing an
// idle connection at this moment, so a request that may not be repeated gets a new
// one in its place.
func (h *Handler) connect(ctx context.Context, repeatable bool) (*conn, error) {
	t, err := h.app.learn(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, unreached(err)
	}
	c := h.idle.take()
	if c != nil && repeatable {
		return c, nil
	}
	if c != nil {
		c.Close()
	}
	return h.open(ctx, t.keep)
}

// open opens a connection.
func (h *Handler) open(ctx context.Context, keep bool) (*conn, error) {
	nc, err := h.app.dial(ctx)
	if ctx.Err() != nil {
		if err == nil {
			nc.Close()
		}
		return nil, context.Cause(ctx)
	}
	if err != nil {
		h.forget()
		return nil, unreached(err)
	}
	c := newConn(nc, keep)
	if keep {
		c.answers = h.idle.expect()
	}
	return c, nil
}

func unreached(err error) error { return fmt.Errorf("reach the FastCGI application: %w", err) }

// forget forgets the application's terms: another application may follow.
func (h *Handler) forget() {
	h.idle.drain()
	h.app.forget()
}

// pass passes a request over a connection, and keeps the connection if it is fit
// for another. An application that goes on after its response keeps it longer.
func (h *Handler) pass(ctx context.Context, c *conn, rq *host.Request, rs *host.Response) error {
	detached := false
	defer func() {
		if !detached {
			h.idle.put(c)
		}
	}()
	defer c.answered()
	sending, err := c.exchange(ctx, rq, rs)
	if detached = errors.Is(err, errClosed); detached {
		h.detach(c, sending, rs)
		return nil
	}
	return err
}

// report logs that a request is sent again.
func (h *Handler) report(ctx context.Context, rq *host.Request, err error) {
	if h.Logger != nil {
		h.Logger.InfoContext(ctx, "request sent again on a new connection", slog.String("method", rq.Method), slog.Any("err", err))
	}
}

// again reports whether a request whose connection broke may be sent again.
func again(ctx context.Context, rq *host.Request, err error) bool {
	broken, ok := errors.AsType[*brokenError](err)
	if !ok || ctx.Err() != nil {
		return false
	}
	if _, size := largest(rq.Env); size > 0 {
		return false // that is the likely cause
	}
	return !broken.begun || repeatable(rq.Method)
}

// explain adds the likely reason to an error: a pair larger than a record.
func explain(rq *host.Request, err error) error {
	name, size := largest(rq.Env)
	if _, ok := errors.AsType[*brokenError](err); !ok || size == 0 {
		return err
	}
	status := http.StatusRequestURITooLong
	if strings.HasPrefix(name, "HTTP_") {
		status = http.StatusRequestHeaderFieldsTooLarge
	}
	return host.Refuse(status, fmt.Errorf("%s has %d bytes and does not fit one FastCGI record (%d bytes), and the application, like PHP, does not accept a pair in several records; shorten it: %w", name, size, maxContent, err))
}

// repeatable reports whether a method is idempotent (RFC 9110 §9.2.2).
func repeatable(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}
