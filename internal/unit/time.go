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

// Period prints how much time traffic covers: 45 s, 12 min, 12 h 52 min, 3 d 11 h.
func Period(seconds float64) string {
	if !finite(seconds) || seconds < 0 || seconds > 1e9 {
		return Unknown
	}
	minutes := int(seconds/60 + 0.5)
	switch hours := int(seconds/3600 + 0.5); {
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	case minutes < 120:
		return fmt.Sprintf("%d min", minutes)
	case hours < 48:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%s d %d h", Whole(hours/24), hours%24)
	}
}

// In prints within how much time something came: in 12 h 52 min, within a second.
func In(seconds float64) string {
	if seconds >= 0 && seconds < 1 {
		return "within a second"
	}
	return "in " + Period(seconds)
}

// Moment prints the time of a run in UTC, so that it is the same on every machine.
func Moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// LocalMoment prints a time in its own time zone, with the difference to UTC.
func LocalMoment(t time.Time) string { return local(t, "15:04") }

// LocalSecond prints a time like LocalMoment, to the second.
func LocalSecond(t time.Time) string { return local(t, "15:04:05") }

func local(t time.Time, clock string) string {
	layout := "2 January 2006, " + clock
	if _, offset := t.Zone(); offset == 0 {
		return t.UTC().Format(layout + " UTC")
	}
	return t.Format(layout + " -0700")
}
