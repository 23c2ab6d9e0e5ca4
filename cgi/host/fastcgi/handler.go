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
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

// A Handler passes requests to a FastCGI application. Only Addr must be set.
//
// Each connection carries one request at a time and is kept for the next one.
// When the client leaves or the time is up, the application is told to abort the
// request (FCGI_ABORT_REQUEST), and the connection is closed. A connection that
// turns out to be closed when it is used again is replaced by a new one, once, if
// the request may be repeated: it is of a method that is idempotent by RFC 9110
// §9.2.2, and nothing came back.
//
// Fields must not be changed after the first request.
type Handler struct {
	Addr string // of the application: "HOST:PORT", or "unix:/path"

	Script     string   // SCRIPT_FILENAME, which PHP needs; may be empty
	ScriptName string   // SCRIPT_NAME, the URL path that leads to the application; empty means "/"
	Root       string   // document root, for PATH_TRANSLATED; empty leaves that unset
	Env        []string // added to the meta-variables, as NAME=VALUE; wins over those of the same name

	MaxConns    int           // connections, and with that requests at once; 0 means 32
	MaxWaiting  int           // how many requests may wait in line beyond that; 0 means 1024
	MaxBody     int64         // size of a request's body in bytes; 0 means 1 GiB
	Timeout     time.Duration // for a request, waiting in line included; 0 means 1 min
	IdleTimeout time.Duration // an idle connection is closed after this; 0 means 30 s

	// Redirect answers local redirects (RFC 3875 §6.2.2); nil means the Handler
	// itself.
	Redirect http.Handler

	// Logger receives what goes wrong, and what the application writes to
	// FCGI_STDERR, line by line. Nil is silent.
	Logger *slog.Logger

	once    sync.Once
	gateway *host.Gateway
	network string
	address string
	idle    pool
}

// ServeHTTP answers with the statuses of host.Handler: 502 if the application is
// not there or breaks the protocol, 503 if it says that it is overloaded, 504 if
// the time is up.
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
	h.network, h.address = "tcp", h.Addr
	if path, ok := strings.CutPrefix(h.Addr, "unix:"); ok {
		h.network, h.address = "unix", path
	}
	h.idle.timeout = cmp.Or(h.IdleTimeout, 30*time.Second)
	h.gateway = &host.Gateway{
		Script: h.Script, ScriptName: h.ScriptName, Root: h.Root, Env: h.Env,
		MaxRequests: h.MaxConns, MaxWaiting: h.MaxWaiting, MaxBody: h.MaxBody, Timeout: h.Timeout,
		Redirect: h.Redirect, Logger: h.Logger, Respond: h.respond,
	}
}

// respond passes one request to the application.
func (h *Handler) respond(ctx context.Context, rq *host.Request, rs *host.Response) error {
	if c := h.idle.take(); c != nil {
		err := c.exchange(ctx, rq, rs)
		h.keep(c)
		if !errors.Is(err, errStale) || ctx.Err() != nil || !repeatable(rq.Method) {
			return err
		}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, h.network, h.address)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("reach the FastCGI application: %w", err)
	}
	c := newConn(conn)
	err = c.exchange(ctx, rq, rs)
	h.keep(c)
	return err
}

// keep keeps a connection for the next request, if it is fit for that.
func (h *Handler) keep(c *conn) {
	if c.fit {
		h.idle.put(c)
		return
	}
	c.Close()
}

// repeatable reports whether a method is idempotent (RFC 9110 §9.2.2).
func repeatable(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}
