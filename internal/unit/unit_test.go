package unit

import (
	"math"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Number(0), "0"}, {Number(0.01234), "0.0123"}, {Number(1.234), "1.23"}, {Number(9.996), "10.0"}, {Number(99.96), "100"},
		{Number(999.6), "1,000"}, {Number(1234567), "1,234,567"}, {Number(-12345), "-12,345"}, {Number(math.NaN()), "–"}, {Number(math.Inf(1)), "–"},
		{Number(1e300), "1.00e+300"}, {Number(1e-9), "0.00000000100"},
		{Plain(0), "0"}, {Plain(0.5), "0.5"}, {Plain(20), "20"}, {Plain(999.6), "1,000"}, {Plain(1500), "1,500"}, {Plain(math.NaN()), "–"},
		{Fixed(1234.56, 1), "1,234.6"}, {Fixed(0, 2), "0.00"}, {Fixed(66.4, 0), "66"}, {Fixed(math.Inf(-1), 2), "–"},
		{Times(12.46), "12.5×"}, {Times(4), "4.00×"}, {Times(123.4), "123×"}, {Times(math.NaN()), "–"},
		{Whole(12345678), "12,345,678"}, {Whole(-1234), "-1,234"}, {Whole(uint64(0)), "0"},
		{Count(1, "quad"), "1 quad"}, {Count(2600, "quad"), "2,600 quads"}, {Count(uint64(0), "process", "processes"), "0 processes"},
		{Memory(60_500_000), "60.5 MB"}, {Memory(999_900_000), "1.00 GB"}, {Memory(0), "–"}, {Memory(512), "0.512 kB"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestShares(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0%", 0.2345: "23.4%", 1: "100%", 0.00012: "0.012%", 1e-7: "<0.001%", 0.95: "95%", 0.001: "0.1%", 0.9996: "100%", 0.0999: "9.99%", 0.0104: "1.04%", 0.05: "5%",
		0.996: "99.6%", 1.004: "100.4%", 1.234: "123.4%", 2.0712: "207%", 12: "1,200%", math.Inf(1): "–",
	} {
		if got := Percent(x); got != want {
			t.Errorf("Percent(%v): got %q, want %q", x, got, want)
		}
	}
	if got := Percent(math.NaN()); got != Unknown {
		t.Errorf("Percent of an empty sample: got %q, want %q", got, Unknown)
	}
	if got := Effect(1); got != Unknown {
		t.Errorf("the effect of a total loss: got %q, want %q", got, Unknown)
	}
	for x, want := range map[float64]string{0: "±0%", -1e-9: "±0%", 0.061: "+6.1%", -0.061: "−6.1%", 8: "+800%", math.Inf(-1): "–"} {
		if got := Change(x); got != want {
			t.Errorf("Change(%v): got %q, want %q", x, got, want)
		}
	}
}

// The unit suits the printed number.
func TestTimes(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Seconds(0.00102), "1.02 ms"}, {Seconds(0.9996), "1.00 s"}, {Seconds(0.0009996), "1.00 ms"}, {Seconds(2.5e-7), "0.250 µs"}, {Seconds(12), "12.0 s"},
		{Seconds(0), "0 s"}, {Seconds(250), "250 s"}, {Seconds(math.NaN()), "–"},
		{Span(0.5), "500 ms"}, {Span(36), "36 s"}, {Span(1.5), "1.5 s"}, {Span(0), "0 s"}, {Span(2e-4), "200 µs"}, {Span(0.9996), "1 s"}, {Span(math.Inf(1)), "–"},
		{Duration(134.4), "2 min 14 s"}, {Duration(59.4), "59 s"}, {Duration(-1), "–"}, {Duration(math.NaN()), "–"},
		{Period(45), "45 s"}, {Period(750), "13 min"}, {Period(46321), "12 h 52 min"}, {Period(298859), "3 d 11 h"}, {Period(-1), "–"},
		{In(0), "within a second"}, {In(0.999), "within a second"}, {In(1), "in 1 s"}, {In(750), "in 13 min"}, {In(-1), "in –"},
		{LocalSecond(time.Date(2026, 3, 1, 9, 5, 7, 0, time.FixedZone("", -5400))), "1 March 2026, 09:05:07 -0130"}, {LocalSecond(time.Date(2026, 3, 1, 9, 5, 7, 0, time.UTC)), "1 March 2026, 09:05:07 UTC"},
		{Moment(time.Date(2026, 3, 14, 10, 26, 53, 0, time.FixedZone("", 3600))), "14 March 2026, 09:26 UTC"},
		{LocalMoment(time.Date(2026, 3, 14, 10, 26, 53, 0, time.FixedZone("", -7*3600))), "14 March 2026, 10:26 -0700"},
		{LocalMoment(time.Date(2026, 3, 14, 10, 26, 53, 0, time.FixedZone("", 0))), "14 March 2026, 10:26 UTC"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
