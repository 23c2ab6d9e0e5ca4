package unit

import (
	"fmt"
	"math"
	"time"
)

// Seconds prints a measured time: 1.02 ms, 12.0 s.
func Seconds(x float64) string {
	switch {
	case !finite(x):
		return Unknown
	case x == 0:
		return "0 s"
	}
	return scaled(x, scale{1, "s"}, scale{1e-3, "ms"}, scale{1e-6, "µs"})
}

// Span prints a chosen time: 500 ms, 36 s.
func Span(x float64) string {
	switch {
	case !finite(x) || math.Abs(x) > 1e9:
		return Unknown
	case round3(x) >= 1 || x == 0:
		return Plain(x) + " s"
	case round3(x) >= 1e-3:
		return Plain(x*1e3) + " ms"
	}
	return Plain(x*1e6) + " µs"
}

// Duration prints the length of a run: 2 min 14 s.
func Duration(seconds float64) string {
	if !finite(seconds) || seconds < 0 || seconds > 1e9 {
		return Unknown
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

// Moment prints the time of a run in UTC, so that it is the same on every machine.
func Moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
