package load_test

import (
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
)

// The server stalls for 2 s of 20 s at 100 hits a second. Otherwise each answer
// takes 200 ms.
const (
	stallRate    = 100
	stallLength  = 20 * time.Second
	stallFrom    = 8 * time.Second
	stallTo      = 10 * time.Second
	stallService = 200 * time.Millisecond
)

// stalling is that server. Its clock starts with the first request.
func stalling() http.HandlerFunc {
	began := sync.OnceValue(time.Now)
	return func(w http.ResponseWriter, r *http.Request) {
		answer := time.Now().Add(stallService)
		if at := time.Since(began()); at >= stallFrom && at < stallTo {
			answer = began().Add(stallTo + stallService)
		}
		time.Sleep(time.Until(answer)) // the server's service time
		echo(w, r)
	}
}

// stallWaits returns the visitors' waits in seconds, sorted: the service time, plus
// the rest of the stall for visitors who arrive in it.
func stallWaits() []float64 {
	var waits []float64
	for due := time.Duration(0); due < stallLength; due += time.Second / stallRate {
		wait := stallService
		if due >= stallFrom && due < stallTo {
			wait += stallTo - due
		}
		waits = append(waits, wait.Seconds())
	}
	slices.Sort(waits)
	return waits
}

// stall measures the server, and returns the relative differences between the
// recorded and the computed quantiles.
func stall(tb testing.TB) map[float64]float64 {
	c := client(tb, stalling(), load.Options{})
	rec, err := c.Offer(tb.Context(), load.Traffic{Arrivals: load.Constant(stallRate, stallLength), Requests: requests(tb, browse)}, nil)
	if err != nil || rec.Errors > 0 {
		tb.Fatal(err, rec.Faults)
	}
	waits := stallWaits()
	off := map[float64]float64{1: rec.Latency.Max().Seconds()/waits[len(waits)-1] - 1}
	for _, q := range []float64{0.5, 0.99} {
		off[q] = rec.Latency.Quantile(q).Seconds()/waits[int(math.Ceil(q*float64(len(waits))))-1] - 1
	}
	return off
}

// BenchmarkStall reports the differences from the computed p50, p99 and maximum.
// They should be below 1%.
func BenchmarkStall(b *testing.B) {
	worst := map[float64]float64{}
	for b.Loop() {
		for q, off := range stall(b) {
			worst[q] = max(worst[q], math.Abs(off))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*worst[0.5], "p50-%off")
	b.ReportMetric(100*worst[0.99], "p99-%off")
	b.ReportMetric(100*worst[1], "max-%off")
}
