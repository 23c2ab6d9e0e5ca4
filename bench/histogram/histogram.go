// Package histogram holds latencies: an HdrHistogram of durations with the rules about
// which percentiles a sample supports. A reader of results needs it to draw one, without
// a load engine.
package histogram

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Histogram holds durations from 1 µs to 1 h in buckets that are off by less
// than one part in a thousand; what is longer counts as an hour. Its size does
// not depend on how many it holds.
type Histogram struct{ h *hdrhistogram.Histogram }

const longest = int64(time.Hour / time.Microsecond)

// New returns an empty histogram with 3 significant digits.
func New() *Histogram { return NewDigits(3) }

// NewDigits returns an empty histogram with so many significant digits, 1 to 5.
func NewDigits(digits int) *Histogram {
	return &Histogram{hdrhistogram.New(1, longest, digits)}
}

// Record adds a duration.
func (h *Histogram) Record(d time.Duration) {
	_ = h.h.RecordValue(min(max(int64((d+500*time.Nanosecond)/time.Microsecond), 1), longest)) // in range: no error
}

// Merge adds all that other holds.
func (h *Histogram) Merge(other *Histogram) { h.h.Merge(other.h) }

// Count returns how many durations h holds.
func (h *Histogram) Count() uint64 { return uint64(h.h.TotalCount()) }

// Mean returns the mean, 0 for none.
func (h *Histogram) Mean() time.Duration {
	return time.Duration(h.h.Mean() * float64(time.Microsecond))
}

// Max returns the longest duration, 0 for none.
func (h *Histogram) Max() time.Duration { return time.Duration(h.h.Max()) * time.Microsecond }

// Quantile returns the duration that a share q, from 0 to 1, of all does not
// exceed, whether or not so few can support it.
func (h *Histogram) Quantile(q float64) time.Duration {
	return time.Duration(h.h.ValueAtQuantile(100*q)) * time.Microsecond
}

// beyond is how many observations must lie beyond a percentile for it to be
// more than the chance of a few: their number then has a standard deviation of
// less than a third.
const beyond = 10

// Supports reports whether h holds enough to speak of the quantile q: at least
// 10 observations beyond it. For the 99th percentile that is 1,000.
func (h *Histogram) Supports(q float64) bool {
	return float64(h.Count())*min(q, 1-q) >= beyond-1e-6
}

// Encode returns the histogram in HdrHistogram's V2 compressed form, in base64;
// the values are microseconds.
func (h *Histogram) Encode() (string, error) {
	b, err := h.h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(b), err
}

// Decode reads what Encode returned.
func Decode(s string) (*Histogram, error) {
	h, err := hdrhistogram.Decode([]byte(s))
	if err != nil {
		return nil, err
	}
	return &Histogram{h}, nil
}

// Reset makes h empty.
func (h *Histogram) Reset() { h.h.Reset() }
