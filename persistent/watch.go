package persistent

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// A watch stands around each request: it counts and times it, logs it, and
// catches its panic. It tells what it saw at /healthz and /metrics.
type watch struct {
	log      *slog.Logger
	access   bool // a log record for each request
	cut      bool // panicking with http.ErrAbortHandler cuts the connection, as in net/http
	stopping atomic.Bool
	handlers flight
	began    time.Time
	byClass  [6]histogram // by the first digit of the status
}

func newWatch(log *slog.Logger, access, cut bool) *watch {
	return &watch{log: log, access: access, cut: cut, handlers: newFlight(), began: time.Now()}
}

// wrap returns a handler that counts, times and logs each request of h.
func (w *watch) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.handlers.begin()
		defer w.handlers.end()
		began := time.Now()
		s := &statusWriter{ResponseWriter: rw}
		defer func() { w.record(s, r, time.Since(began)) }()
		defer w.recoverPanic(s, r)
		h.ServeHTTP(s, r)
	})
}

func (w *watch) record(s *statusWriter, r *http.Request, took time.Duration) {
	w.byClass[s.class()].observe(took)
	if w.access {
		w.log.Info("request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", s.code()), slog.Duration("took", took))
	}
}

// recoverPanic turns a handler's panic into a 500: net/http/fcgi would end the process
// with it, net/http would drop the connection. An answer that is under way is
// cut off where that is possible, lest it look whole.
func (w *watch) recoverPanic(s *statusWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v != http.ErrAbortHandler {
		w.log.Error("panic", slog.Any("value", v), slog.String("path", r.URL.Path), slog.String("stack", string(debug.Stack())))
	}
	if w.cut && (s.status != 0 || v == http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	if s.status == 0 {
		http.Error(s, "Internal Server Error", http.StatusInternalServerError)
	}
}

// withAdmin answers the two paths of the watch and leaves the rest to h.
func (w *watch) withAdmin(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			w.health(rw)
		case "/metrics":
			w.metrics(rw)
		default:
			h.ServeHTTP(rw, r)
		}
	})
}

// health says 503 once the server is stopping, so that a balancer looks
// elsewhere.
func (w *watch) health(rw http.ResponseWriter) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if w.stopping.Load() {
		rw.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(rw, "stopping")
		return
	}
	fmt.Fprintln(rw, "ok")
}

// A statusWriter remembers the status that passed through it: 0 while the
// answer has not begun.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(code int) {
	if s.status == 0 && code >= 200 {
		s.status = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	s.begun()
	return s.ResponseWriter.Write(b)
}

// Flush is for handlers that ask for an http.Flusher.
func (s *statusWriter) Flush() {
	s.begun()
	http.NewResponseController(s.ResponseWriter).Flush() // nothing to do where there is no flushing
}

// Unwrap lets http.ResponseController reach what is below.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *statusWriter) begun() {
	if s.status == 0 {
		s.status = http.StatusOK
	}
}

func (s *statusWriter) code() int { return cmp.Or(s.status, http.StatusOK) }

func (s *statusWriter) class() int { return min(max(s.code()/100, 1), 5) }
