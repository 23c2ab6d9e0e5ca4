package result

import (
	"encoding/json"
	"math"
	"time"
)

// Float is a number that may be unknown (NaN) or without bound (±Inf). JSON has
// neither, so both are written as null and read back as NaN.
type Float float64

// Known reports whether f is a finite number.
func (f Float) Known() bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

// MarshalJSON writes null for an unknown number.
func (f Float) MarshalJSON() ([]byte, error) {
	if !f.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads null as NaN.
func (f *Float) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = Float(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

// Duration converts a time in seconds, 0 if it is unknown.
func (f Float) Duration() time.Duration {
	if !f.Known() {
		return 0
	}
	return time.Duration(float64(f) * float64(time.Second))
}
