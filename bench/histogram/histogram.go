// Package histogram stores latencies: it is an HdrHistogram of durations, with
// rules for the percentiles that a sample supports. It is a package of its own so
// that a reader of results does not link a load engine.
package histogram

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Histogram holds durations from 1 µs to 1 h, with an error of less than one part
// in a thousand; longer durations count as an hour. Its size does not depend on
// their number.
type Histogram struct{ h *hdrhistogram.Histogram }

const longest = int64(time.Hour / time.Microsecond)

// New returns an empty histogram with 3 significant digits.
func New() *Histogram { return NewDigits(3) }

// NewDigits returns an empty histogram with 1 to 5 significant digits.
func NewDigits(digits int) *Histogram {
	return &Histogram{hdrhistogram.New(1, longest, digits)}
}

// Record adds a duration.
func (h *Histogram) Record(d time.Duration) {
	_ = h.h.RecordValue(min(max(int64((d+500*time.Nanosecond)/time.Microsecond), 1), longest)) // cannot fail: the value is in range
}

// Merge adds all durations of other.
func (h *Histogram) Merge(other *Histogram) { h.h.Merge(other.h) }

// Count returns the number of durations.
func (h *Histogram) Count() uint64 { return uint64(h.h.TotalCount()) }

// Mean returns the mean, or 0 without durations.
func (h *Histogram) Mean() time.Duration {
	return time.Duration(h.h.Mean() * float64(time.Microsecond))
}

// Max returns the longest duration, or 0 without durations.
func (h *Histogram) Max() time.Duration { return time.Duration(h.h.Max()) * time.Microsecond }

// Quantile returns the duration that a share q of all, from 0 to 1, does not
// exceed, even if the durations are too few to support it.
func (h *Histogram) Quantile(q float64) time.Duration {
	return time.Duration(h.h.ValueAtQuantile(100*q)) * time.Microsecond
}

// beyond is the minimum of observations beyond a percentile: the standard deviation
// of their number is then less than a third of it.
const beyond = 10

// Supports reports whether h has enough durations for the quantile q: at least 10
// beyond it. For the 99th percentile that is 1,000 in total.
func (h *Histogram) Supports(q float64) bool {
	return float64(h.Count())*min(q, 1-q) >= beyond-1e-6
}

// Encode returns the histogram in HdrHistogram's V2 compressed form, in base64;
// the values are microseconds.
func (h *Histogram) Encode() (string, error) {
	b, err := h.h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(b), err
}

// Decode decodes the result of Encode. A histogram of other durations than those of New is
// not one of this package: they could exceed an hour by far, and overflow.
func Decode(s string) (*Histogram, error) {
	h, err := hdrhistogram.Decode([]byte(s))
	switch {
	case err != nil:
		return nil, err
	case h.LowestTrackableValue() != 1 || h.HighestTrackableValue() > longest:
		return nil, fmt.Errorf("it holds %d to %d µs; a histogram of latencies holds 1 µs to an hour", h.LowestTrackableValue(), h.HighestTrackableValue())
	}
	return &Histogram{h}, nil
}

// Reset removes all durations.
func (h *Histogram) Reset() { h.h.Reset() }
