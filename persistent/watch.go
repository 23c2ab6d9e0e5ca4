package persistent

import (
	"cmp"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/classibench/classibench/internal/drain"
	"github.com/classibench/classibench/internal/slowread"
)

// A watch wraps a handler: it counts, times and logs each request, and recovers
// from a panic. The admin address serves the results.
type watch struct {
	stopping func() bool // the server stops
	log      *slog.Logger
	access   bool // a log record for each request
	cut      bool // panicking with http.ErrAbortHandler cuts the connection, as in net/http
	handlers *drain.Flight
	began    time.Time
	byClass  [6]histogram // by the first digit of the status
}

func newWatch(stopping func() bool, log *slog.Logger, access, cut bool) *watch {
	return &watch{stopping: stopping, log: log, access: access, cut: cut, handlers: drain.NewFlight(), began: time.Now()}
}

// wrap returns a handler that counts, times and logs each request of h.
func (w *watch) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.handlers.Begin()
		defer w.handlers.End()
		began := time.Now()
		s := &statusWriter{ResponseWriter: rw, switches: w.cut}
		s.body, _ = r.Body.(*slowread.Body)
		defer func() { w.record(s, r, time.Since(began)) }()
		defer w.recoverPanic(s, r)
		h.ServeHTTP(s, r)
		if s.status == 0 && s.body.Slow() {
			http.Error(s, "Request Timeout", http.StatusRequestTimeout)
		}
	})
}

func (w *watch) record(s *statusWriter, r *http.Request, took time.Duration) {
	w.byClass[s.class()].observe(took)
	if w.access {
		w.log.Info("request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", s.code()), slog.Duration("took", took))
	}
}

// recoverPanic turns a handler's panic into a 500. Without it, net/http/fcgi would
// end the process, and net/http would drop the connection. It cuts off a partial
// answer where it can, so that a client does not take it for a whole one.
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

// A statusWriter remembers the status of the answer: 0 until the answer begins.
type statusWriter struct {
	http.ResponseWriter
	status   int
	switches bool           // 101 is an answer, as with net/http; FastCGI has none
	body     *slowread.Body // of the request; nil if it has none, and with FastCGI
}

func (s *statusWriter) WriteHeader(code int) {
	code = s.body.Status(code)
	if s.status == 0 && (code >= 200 || s.switches && code == http.StatusSwitchingProtocols) {
		s.status = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	s.begun()
	return s.ResponseWriter.Write(b)
}

// Flush serves handlers that need an http.Flusher.
func (s *statusWriter) Flush() {
	s.begun()
	http.NewResponseController(s.ResponseWriter).Flush() // fails only if the writer below cannot flush
}

// Unwrap gives http.ResponseController access to the writer below.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *statusWriter) begun() {
	if s.status == 0 {
		s.status = http.StatusOK
	}
}

func (s *statusWriter) code() int { return cmp.Or(s.status, http.StatusOK) }

func (s *statusWriter) class() int { return min(max(s.code()/100, 1), 5) }
