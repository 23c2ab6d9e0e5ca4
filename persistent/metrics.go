package persistent

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"sync/atomic"
	"time"
)

// This file writes the text format of Prometheus, version 0.0.4, without
// Prometheus' client library. The library would take a quarter of the time of a
// program that is started for each request, even unused, because protocol buffers
// register themselves at the start of a program.

// bounds are the upper limits of the buckets, in seconds.
var bounds = [...]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// A histogram counts durations in buckets. The last bucket has no upper limit.
type histogram struct {
	counts [len(bounds) + 1]atomic.Uint64
	sum    atomic.Int64 // nanoseconds
}

func (h *histogram) observe(took time.Duration) {
	h.counts[sort.SearchFloat64s(bounds[:], took.Seconds())].Add(1)
	h.sum.Add(int64(took))
}

// write writes the samples of a histogram in the text format, with cumulative
// buckets.
func (h *histogram) write(w io.Writer, name, label string) {
	total := uint64(0)
	for i := range h.counts {
		total += h.counts[i].Load()
		end := "+Inf"
		if i < len(bounds) {
			end = number(bounds[i])
		}
		fmt.Fprintf(w, "%s_bucket{%s,le=%q} %d\n", name, label, end, total)
	}
	fmt.Fprintf(w, "%s_sum{%s} %s\n", name, label, number(time.Duration(h.sum.Load()).Seconds()))
	fmt.Fprintf(w, "%s_count{%s} %d\n", name, label, total)
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// A metric is a single value.
type metric struct {
	name, kind, help string
	value            float64
}

// metrics answers with the metrics of the requests, of the Go runtime and of the
// process.
func (w *watch) metrics(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	const requests = "http_request_duration_seconds"
	head(rw, requests, "histogram", "How long requests took, by class of status.")
	for i := 1; i < len(w.byClass); i++ {
		w.byClass[i].write(rw, requests, fmt.Sprintf(`code="%dxx"`, i))
	}
	flying := []metric{{"http_requests_in_flight", "gauge", "Requests being answered now.", float64(w.handlers.Count())}}
	began := []metric{{"process_start_time_seconds", "gauge", "Start time of the server since the Unix epoch in seconds.", float64(w.began.UnixNano()) / 1e9}}
	for _, m := range slices.Concat(flying, goMetrics(rw), began, processMetrics()) {
		head(rw, m.name, m.kind, m.help)
		fmt.Fprintf(rw, "%s %s\n", m.name, number(m.value))
	}
}

func head(w io.Writer, name, kind, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %[1]s %[3]s\n", name, help, kind)
}

// goMetrics writes the version of Go and the pauses of garbage collection, and
// returns the other metrics of the runtime. The names are those of Prometheus'
// client library.
func goMetrics(w io.Writer) []metric {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	head(w, "go_info", "gauge", "Information about the Go environment.")
	fmt.Fprintf(w, "go_info{version=%q} 1\n", runtime.Version())
	const pauses = "go_gc_duration_seconds"
	head(w, pauses, "summary", "A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.")
	fmt.Fprintf(w, "%s_sum %s\n%[1]s_count %[3]d\n", pauses, number(float64(m.PauseTotalNs)/1e9), m.NumGC)
	return []metric{
		{"go_goroutines", "gauge", "Number of goroutines that currently exist.", float64(runtime.NumGoroutine())},
		{"go_sched_gomaxprocs_threads", "gauge", "The current GOMAXPROCS setting.", float64(runtime.GOMAXPROCS(0))},
		{"go_memstats_alloc_bytes", "gauge", "Number of bytes allocated in heap and currently in use.", float64(m.Alloc)},
		{"go_memstats_alloc_bytes_total", "counter", "Total number of bytes allocated in heap until now, even if released already.", float64(m.TotalAlloc)},
		{"go_memstats_heap_inuse_bytes", "gauge", "Number of heap bytes that are in use.", float64(m.HeapInuse)},
		{"go_memstats_heap_objects", "gauge", "Number of currently allocated objects.", float64(m.HeapObjects)},
		{"go_memstats_sys_bytes", "gauge", "Number of bytes obtained from system.", float64(m.Sys)},
		{"go_memstats_next_gc_bytes", "gauge", "Number of heap bytes when next garbage collection will take place.", float64(m.NextGC)},
		{"go_memstats_last_gc_time_seconds", "gauge", "Number of seconds since 1970 of last garbage collection.", float64(m.LastGC) / 1e9},
	}
}
