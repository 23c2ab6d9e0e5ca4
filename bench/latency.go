package bench

import (
	"math"
	"time"

	"github.com/classibench/classibench/bench/load"
)

// brief summarises a histogram, without the histogram itself.
func brief(h *load.Histogram) Latency {
	l := Latency{
		Count: h.Count(), Mean: Float(math.NaN()), Max: greatest(h),
		P50: quantile(h, 0.5), P90: quantile(h, 0.9), P95: quantile(h, 0.95), P99: quantile(h, 0.99), P999: quantile(h, 0.999),
	}
	if h.Count() > 0 {
		l.Mean = inSeconds(h.Mean())
	}
	return l
}

// whole summarises a histogram and keeps it, so that every figure can be had
// again from the result.
func whole(h *load.Histogram) Latency {
	l := brief(h)
	l.Histogram, _ = h.Encode() // a histogram in memory has no reason to fail
	return l
}

// quantile is a percentile, or unknown where the sample cannot support it.
func quantile(h *load.Histogram, q float64) Float {
	if !h.Supports(q) {
		return Float(math.NaN())
	}
	return inSeconds(h.Quantile(q))
}

func greatest(h *load.Histogram) Float {
	if h.Count() == 0 {
		return Float(math.NaN())
	}
	return inSeconds(h.Max())
}

func inSeconds(d time.Duration) Float { return Float(d.Seconds()) }

// asDuration is a time as a duration, 0 where it is not known.
func asDuration(f Float) time.Duration {
	if !f.Known() {
		return 0
	}
	return time.Duration(float64(f) * float64(time.Second))
}
