package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/spool"
	"github.com/classibench/classibench/internal/wire"
)

// A Gateway turns HTTP requests into meta-variables and a body, passes them to
// Respond, and turns the CGI response into an HTTP response. All gateways share it:
// Handler responds with a process, package fastcgi with a FastCGI application. Only
// Respond must be set; the other fields are as in [Handler].
type Gateway struct {
	// Respond answers one request: it writes a head and a body by RFC 3875 §6 to
	// rs. It returns when it no longer uses rs. When ctx ends, it returns soon,
	// with context.Cause(ctx). An error means that the response is incomplete; it
	// is logged, and answered with 502 or 504 if nothing has been sent yet.
	Respond func(ctx context.Context, rq *Request, rs *Response) error

	Script      string   // SCRIPT_FILENAME
	ScriptName  string   // SCRIPT_NAME
	Fallback    bool     // the script also answers paths that are not below ScriptName; the whole path is then PATH_INFO, unset if empty; see SiteOf
	Root        string   // document root, for PATH_TRANSLATED
	Env         []string // added to the meta-variables; replaces those of the same name
	MaxRequests int      // answered at the same time; 0 means 32
	MaxWaiting  int      // 0 means 1024
	MaxBody     int64    // 0 means 1 GiB
	MaxSpool    int64    // 0 means 1 GiB
	Timeout     time.Duration
	SendTimeout time.Duration // 0 means 10 s

	ReceiveTimeout time.Duration // 0 means 20 s

	PassAuth bool
	Redirect http.Handler
	Logger   *slog.Logger
	LogQuery bool

	raw   bool                          // the script speaks HTTP itself
	lends bool                          // a request that waits for its client lends its place: Respond can answer more than MaxRequests
	find  func(*url.URL) (place, error) // finds the script of a request; nil means Script
	once  sync.Once
	base  metaSet
	line  *queue
	spool spool.Pool
	log   *slog.Logger
	serve sync.WaitGroup

	dropped drops
}

// A Request is one request by the rules of CGI.
type Request struct {
	Method string
	Script string      // SCRIPT_FILENAME, unless Env of the gateway sets it
	Env    []string    // meta-variables, as NAME=VALUE
	Body   io.ReaderAt // bytes 0 to Length; nil if Length is 0
	Length int64       // of the body, in bytes
}

// errTimeUp is the cause of a context that ends at the time limit.
var errTimeUp = fmt.Errorf("the time limit was reached: %w", context.DeadlineExceeded)

// A refusal is an error with the HTTP status of the answer.
type refusal struct {
	status int
	err    error
}

// Refuse returns an error for Respond that is answered with a certain status; other
// errors are answered with 502.
func Refuse(status int, err error) error { return &refusal{status, err} }

func (e *refusal) Error() string { return e.err.Error() }
func (e *refusal) Unwrap() error { return e.err }

func (g *Gateway) init() {
	g.ScriptName = strings.TrimRight(g.ScriptName, "/")
	g.base = g.fixed()
	g.line = newQueue(cmp.Or(g.MaxRequests, 32), cmp.Or(g.MaxWaiting, 1024))
	g.line.press = g.spool.MakeWay
	g.spool.Block, g.spool.AllFiles = bufferSize, g.MaxSpool
	g.log = g.Logger
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
}

// Admit changes how many requests are answered at the same time, up to 4096. Call
// it at any time, for example when Respond learns the capacity of its application.
func (g *Gateway) Admit(n int) {
	g.once.Do(g.init)
	g.line.resize(n)
}

// Wait returns when no request is being served. Call it after the server has
// stopped.
func (g *Gateway) Wait() { g.serve.Wait() }

// ServeHTTP answers as [Handler.ServeHTTP] does.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.once.Do(g.init)
	g.serve.Add(1)
	defer g.serve.Done()
	if len(r.TransferEncoding) > 0 && !wire.Followed(r.Context()) {
		// RFC 9112 §6.1: net/http has removed a Content-Length, if there was one.
		w.Header().Set("Connection", "close")
	}
	at, err := g.place(r.URL)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	b, err := g.readBody(w, r)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	defer b.close() // even after a panic
	client, leave := context.WithCancelCause(r.Context())
	defer leave(nil)
	ctx, cancel := context.WithDeadlineCause(client, g.deadline(r), errTimeUp)
	defer cancel()
	rs := newResponse(w, r, g)
	rs.ctx, rs.leave, rs.raw = ctx, leave, at.raw
	rs.nph = rs.raw
	err = g.answer(ctx, &Request{Method: r.Method, Script: at.file, Env: g.meta(r, at, b.length), Body: b.content, Length: b.length}, rs)
	b.close()
	g.conclude(rs, rs.deliver(client, err))
}

// answer waits for a place in the queue, and calls Respond. The place is free when it
// returns, even if the client has not read the response yet.
func (g *Gateway) answer(ctx context.Context, rq *Request, rs *Response) error {
	if err := g.line.enter(ctx); err != nil {
		return &refusal{http.StatusServiceUnavailable, fmt.Errorf("wait in the queue: %w", err)}
	}
	defer func() {
		if !rs.held {
			g.line.leave()
		}
	}()
	defer func() {
		rs.stderr.end(rs)
		rs.bad.stop()
	}()
	stop := context.AfterFunc(ctx, func() { rs.interrupt(ctx) })
	defer stop()
	return g.Respond(ctx, rq, rs)
}

// conclude completes or refuses the response, or logs its failure, after the end of
// Respond.
func (g *Gateway) conclude(rs *Response, err error) {
	switch {
	case rs.redirect != "":
		g.redirect(rs)
	case errors.Is(err, errUnsent):
		g.recordUnsent(rs.r, err)
		panic(http.ErrAbortHandler)
	case rs.Complete():
		if err != nil {
			g.record(rs.r, min(levelOf(err), slog.LevelWarn), "script failed after its response", 0, err)
		}
	case !rs.begun:
		g.refuse(rs.w, rs.r, rs.unanswered(err))
	case rs.short(err) != nil:
		g.record(rs.r, levelOf(err), "response cut off", 0, rs.short(err))
		panic(http.ErrAbortHandler)
	}
}

// recordUnsent logs that a client did not take its whole response. It is not a problem of
// this side, unless this side has disconnected the client to serve others.
func (g *Gateway) recordUnsent(r *http.Request, err error) {
	if errors.Is(err, spool.ErrEvicted) {
		g.record(r, slog.LevelWarn, "client disconnected", 0, err)
		return
	}
	g.record(r, slog.LevelDebug, "response cut off", 0, err)
}

// refuse answers a request without a response from the script.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadGateway
	var known *refusal
	switch {
	case errors.As(err, &known):
		status = known.status
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	case errors.Is(err, context.Canceled):
		status = http.StatusServiceUnavailable // the client left, or the server is stopping
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	g.record(r, levelOf(err), "request not answered by the script", status, err)
	http.Error(w, http.StatusText(status), status)
}

// levelOf separates failures that the client caused from those of this side.
func levelOf(err error) slog.Level {
	var known *refusal
	switch {
	case errors.As(err, &known) && known.status == http.StatusForbidden: // the file needs a correction
		return slog.LevelWarn
	case errors.Is(err, context.Canceled), errors.As(err, &known) && known.status < 500:
		return slog.LevelDebug
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errCrowded):
		return slog.LevelWarn
	}
	return slog.LevelError
}

func (g *Gateway) record(r *http.Request, level slog.Level, message string, status int, err error) {
	attrs := append(g.attrs(r), slog.String("method", r.Method))
	if status != 0 {
		attrs = append(attrs, slog.Int("status", status))
	}
	attrs = append(attrs, slog.Any("err", err))
	if bad, ok := errors.AsType[*badHead](err); ok {
		attrs = append(attrs, bad.attrs()...)
	}
	g.log.LogAttrs(r.Context(), level, message, attrs...)
}
