// Package fastcgi is a gateway from HTTP to a FastCGI 1.0 responder: it passes
// requests to an application that stays, over connections that stay.
//
// A [Handler] is an http.Handler for one application. Meta-variables, limits and
// the rules for responses are those of package host, which starts a process for
// each request instead; host.ListenAndServe serves both.
//
// Left out: the roles authorizer and filter, several requests at once on one
// connection (few applications can do that), and starting the application.
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
// Each connection carries one request at a time. Whether it is kept for the next
// one depends on the application: most have one process for each connection, for
// as long as that is open, so that an idle connection keeps a process from
// everybody else. The application is asked once, before the first request, with
// FCGI_GET_VALUES (§4.1). If it reports more than one connection
// (FCGI_MAX_CONNS), so many are opened at most, and kept; so they are where
// MaxConns says how many processes there are. If it can carry several requests on
// a connection (FCGI_MPXS_CONNS), idle ones cost it nothing and are kept. All
// others are told to close after each request (no FCGI_KEEP_CONN): those that do
// not answer within a second, and those that report one connection, which libfcgi
// does in every one of its processes.
//
// When the client leaves or the time is up, the application is told to abort the
// request (FCGI_ABORT_REQUEST), and the connection is closed.
//
// A connection can be closed by the application at the moment that it is used: a
// worker is recycled, or has waited long enough. So an idle connection is
// examined before it is used, and used only for a request that may be repeated:
// one of a method that is idempotent by RFC 9110 §9.2.2. Others have a new one.
// Where a connection breaks before anything came back, the request is sent again
// on a new one, once, if it may be repeated, or if the application cannot have
// begun since it has not been sent all parameters.
//
// Fields must not be changed after the first request.
type Handler struct {
	Addr string // of the application: "HOST:PORT", or "unix:/path"

	// Script is SCRIPT_FILENAME, which PHP needs; may be empty. With it, Root
	// defaults to its directory and ScriptName to its path below Root, and all
	// paths lead to it; see host.SiteOf.
	Script     string
	ScriptName string   // SCRIPT_NAME, the URL path that leads to the application; empty means "/"
	Root       string   // document root, for PATH_TRANSLATED; empty leaves that unset
	Env        []string // added to the meta-variables, as NAME=VALUE; wins over those of the same name

	// MaxConns is how many processes or threads the application has: so many
	// connections are opened at most, each with one request at a time, and kept.
	// 0 asks the application, and means 32 where it does not tell.
	MaxConns    int
	MaxWaiting  int           // how many requests may wait in line beyond that; 0 means 1024
	MaxBody     int64         // size of a request's body in bytes; 0 means 1 GiB
	Timeout     time.Duration // for a request, waiting in line included; 0 means 1 min
	IdleTimeout time.Duration // an idle connection is closed after this; 0 means 30 s

	// PassAuth passes Authorization and Proxy-Authorization on, as in host.Handler.
	PassAuth bool

	// Redirect answers local redirects (RFC 3875 §6.2.2); nil means the Handler
	// itself.
	Redirect http.Handler

	// Logger receives what goes wrong, and what the application writes to
	// FCGI_STDERR, line by line. Nil is silent.
	Logger *slog.Logger

	once    sync.Once
	gateway *host.Gateway
	app     application
	idle    pool
}

// ServeHTTP answers with the statuses of host.Handler: 502 if the application is
// not there or breaks the protocol, 503 if it says that it is overloaded, 504 if
// the time is up; and 414 or 431 if the URL or a header is larger than a record
// and the application closes the connection, as PHP does.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.init)
	h.gateway.ServeHTTP(w, r)
}

// Wait returns when no request is being served, and closes the connections. Call
// it after the server has stopped.
func (h *Handler) Wait() {
	h.once.Do(h.init)
	h.gateway.Wait()
	h.idle.close()
}

func (h *Handler) init() {
	h.app.init(h.Addr, h.MaxConns)
	h.idle.timeout = cmp.Or(h.IdleTimeout, 30*time.Second)
	h.idle.patience = cmp.Or(h.idle.patience, defaultPatience)
	site := host.SiteOf(h.Script, h.ScriptName, cmp.Or(h.Root, environ.Get(h.Env, "DOCUMENT_ROOT")))
	h.gateway = &host.Gateway{
		Script: h.Script, ScriptName: site.Name, Fallback: site.Fallback, Root: site.Root, Env: h.Env,
		MaxRequests: h.app.terms.conns, MaxWaiting: h.MaxWaiting, MaxBody: h.MaxBody, Timeout: h.Timeout,
		PassAuth: h.PassAuth, Redirect: h.Redirect, Logger: h.Logger, Respond: h.respond,
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

// connect finds a connection for a request. One that was idle may be closed by
// the application at this very moment, so a request that may not be repeated has
// a new one, in the place of an idle one.
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

// open makes a connection.
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

// forget has the application asked again: another one may come in its place.
func (h *Handler) forget() {
	h.idle.drain()
	h.app.forget()
}

// pass passes a request over a connection, and keeps that if it is fit for the
// next.
func (h *Handler) pass(ctx context.Context, c *conn, rq *host.Request, rs *host.Response) error {
	defer h.idle.put(c)
	defer c.answered()
	return c.exchange(ctx, rq, rs)
}

// report tells of a request that is sent again.
func (h *Handler) report(ctx context.Context, rq *host.Request, err error) {
	if h.Logger != nil {
		h.Logger.InfoContext(ctx, "request sent again on a new connection", slog.String("method", rq.Method), slog.Any("err", err))
	}
}

// again reports whether a request whose connection broke is sent once more.
func again(ctx context.Context, rq *host.Request, err error) bool {
	broken, ok := errors.AsType[*brokenError](err)
	if !ok || ctx.Err() != nil {
		return false
	}
	if _, size := largest(rq.Env); size > 0 {
		return false // that is why, most likely
	}
	return !broken.begun || repeatable(rq.Method)
}

// explain tells of a request that the application would not read.
func explain(rq *host.Request, err error) error {
	name, size := largest(rq.Env)
	if _, ok := errors.AsType[*brokenError](err); !ok || size == 0 {
		return err
	}
	status := http.StatusRequestURITooLong
	if strings.HasPrefix(name, "HTTP_") {
		status = http.StatusRequestHeaderFieldsTooLarge
	}
	return host.Refuse(status, fmt.Errorf("%s with its %d bytes does not fit one FastCGI record, which takes %d, and the application (like PHP) takes no other; shorten it: %w", name, size, maxContent, err))
}

// repeatable reports whether a method is idempotent (RFC 9110 §9.2.2).
func repeatable(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}
