package persistent

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// A watch counts what a server does, and tells it at /healthz and /metrics.
type watch struct {
	stopping atomic.Bool
	flying   atomic.Int64
	landed   chan struct{} // told when flying falls to 0 while stopping
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	byClass  [6]prometheus.Observer // by the first digit of the status
}

func newWatch() *watch {
	w := &watch{landed: make(chan struct{}, 1), registry: prometheus.NewRegistry()}
	w.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "http_request_duration_seconds",
		Help:    "How long requests took, by class of status.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"code"})
	for i := 1; i < len(w.byClass); i++ {
		w.byClass[i] = w.seconds.WithLabelValues(strconv.Itoa(i) + "xx")
	}
	w.registry.MustRegister(w.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_requests_in_flight", Help: "Requests being answered now.",
		}, func() float64 { return float64(w.flying.Load()) }))
	return w
}

// measured counts each request of h.
func (w *watch) measured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.flying.Add(1)
		began := time.Now()
		s := statusWriter{ResponseWriter: rw}
		defer func() {
			w.byClass[s.class()].Observe(time.Since(began).Seconds())
			if w.flying.Add(-1) == 0 && w.stopping.Load() {
				select {
				case w.landed <- struct{}{}:
				default:
				}
			}
		}()
		h.ServeHTTP(&s, r)
	})
}

// idle waits until no request is in flight, and reports whether that came
// before ctx ended.
func (w *watch) idle(ctx context.Context) bool {
	for w.flying.Load() > 0 {
		select {
		case <-w.landed:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// beside answers the two paths of the watch and leaves the rest to h.
func (w *watch) beside(h http.Handler) http.Handler {
	metrics := promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			w.health(rw)
		case "/metrics":
			metrics.ServeHTTP(rw, r)
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

// recovered turns a handler's panic into a 500: net/http/fcgi would end the
// process with it, net/http would drop the connection.
func recovered(log *slog.Logger, h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v != http.ErrAbortHandler {
				log.Error("panic", slog.Any("value", v), slog.String("path", r.URL.Path), slog.String("stack", string(debug.Stack())))
			}
			http.Error(rw, "Internal Server Error", http.StatusInternalServerError)
		}()
		h.ServeHTTP(rw, r)
	})
}

// logged writes a record for each request.
func logged(log *slog.Logger, h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		s := statusWriter{ResponseWriter: rw}
		h.ServeHTTP(&s, r)
		log.Info("request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", s.code()), slog.Duration("took", time.Since(began)))
	})
}

// A statusWriter remembers the status that passed through it.
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

// Unwrap lets http.ResponseController reach what is below.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *statusWriter) code() int {
	if s.status == 0 {
		return http.StatusOK
	}
	return s.status
}

func (s *statusWriter) class() int { return min(max(s.code()/100, 1), 5) }
