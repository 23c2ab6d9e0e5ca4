package result

import (
	"math"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// Summary summarises a histogram, without the histogram itself.
func Summary(h *histogram.Histogram) Latency {
	l := Latency{
		Count: h.Count(), Mean: Float(math.NaN()), Max: Longest(h),
		P50: Quantile(h, 0.5), P90: Quantile(h, 0.9), P95: Quantile(h, 0.95), P99: Quantile(h, 0.99), P999: Quantile(h, 0.999),
	}
	if h.Count() > 0 {
		l.Mean = inSeconds(h.Mean())
	}
	return l
}

// SummaryWithHistogram summarises a histogram and keeps it, so that every figure can be
// computed again from the result.
func SummaryWithHistogram(h *histogram.Histogram) Latency {
	l := Summary(h)
	l.Histogram, _ = h.Encode() // encoding a histogram in memory cannot fail
	return l
}

// Quantile returns a percentile, unknown if the sample does not support it.
func Quantile(h *histogram.Histogram, q float64) Float {
	if !h.Supports(q) {
		return Float(math.NaN())
	}
	return inSeconds(h.Quantile(q))
}

// Longest returns the longest duration, unknown if there is none.
func Longest(h *histogram.Histogram) Float {
	if h.Count() == 0 {
		return Float(math.NaN())
	}
	return inSeconds(h.Max())
}

func inSeconds(d time.Duration) Float { return Float(d.Seconds()) }
