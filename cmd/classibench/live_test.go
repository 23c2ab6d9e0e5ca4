package main

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
)

// A rate that is not 0 is not shown as 0.
func TestRatesOfProgress(t *testing.T) {
	for rate, want := range map[float64]string{0: "  cgi 0/s p95 2.00 s", 0.2: "  cgi 0.200/s p95 2.00 s", 3.5: "  cgi 3.50/s p95 2.00 s", 12.4: "  cgi 12/s p95 2.00 s", 12345: "  cgi 12345/s p95 2.00 s"} {
		if got := rates([]bench.Live{{Target: "cgi", Rate: rate, P95: 2 * time.Second}}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
