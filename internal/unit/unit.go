// Package unit formats numbers: shares, ratios, times, counts and sizes. It has one function
// for each, so that a figure looks the same in text, pages, plots and messages.
//
// Measured figures keep three significant digits, trailing zeros included, to show their
// precision (Number, Times, Seconds, Memory). Chosen figures, such as limits, budgets and
// ticks, have no trailing zeros (Plain, Span), and neither have shares (Percent). A missing
// figure is Unknown in every form.
package unit

import (
	"math"
	"strconv"
	"strings"
)

// Unknown replaces a number that was not measured, that the sample does not support, or
// that is infinite.
const Unknown = "–"

// Number prints a measured number with three significant digits, or as a whole number with
// commas from 1,000 on: 0.0123, 1.20, 12.3, 123, 1,234.
func Number(x float64) string {
	if !finite(x) {
		return Unknown
	}
	r := math.Abs(round3(x))
	switch {
	case r >= 1e15:
		return strconv.FormatFloat(x, 'e', 2, 64)
	case r == 0:
		return "0"
	}
	return Fixed(x, decimals3(x))
}

// Plain prints a chosen number: 0, 0.5, 1,000.
func Plain(x float64) string {
	if r := math.Abs(round3(x)); finite(x) && r < 100 {
		return strconv.FormatFloat(round3(x), 'f', -1, 64)
	}
	return Number(x)
}

// Fixed prints a number with so many decimals.
func Fixed(x float64, decimals int) string {
	if !finite(x) || math.Abs(x) > 1e15 {
		return Unknown
	}
	whole, rest, found := strings.Cut(strconv.FormatFloat(x, 'f', decimals, 64), ".")
	if found {
		rest = "." + rest
	}
	return grouped(whole) + rest
}

// Times prints a ratio: 12.4×.
func Times(x float64) string {
	if !finite(x) {
		return Unknown
	}
	return Number(x) + "×"
}

// Whole prints a whole number: 12,345.
func Whole[N int | uint64](n N) string {
	if n < 0 {
		return "-" + Whole(-n)
	}
	return grouped(strconv.FormatUint(uint64(n), 10))
}

// Count prints a number with a noun. The plural has an s unless it is given:
// 1 quad, 2 quads, 3 processes.
func Count[N int | uint64](n N, noun string, plural ...string) string {
	switch {
	case n == 1:
	case len(plural) > 0:
		noun = plural[0]
	default:
		noun += "s"
	}
	return Whole(n) + " " + noun
}

// Memory prints a number of bytes; 0 is unknown.
func Memory(n int64) string {
	if n <= 0 {
		return Unknown
	}
	return scaled(float64(n), scale{1e9, "GB"}, scale{1e6, "MB"}, scale{1e3, "kB"})
}

type scale struct {
	size float64
	name string
}

// scaled prints a number with the largest unit in which its printed value is at least 1.
func scaled(x float64, scales ...scale) string {
	r := math.Abs(round3(x))
	for _, s := range scales[:len(scales)-1] {
		if r >= s.size {
			return Number(x/s.size) + " " + s.name
		}
	}
	last := scales[len(scales)-1]
	return Number(x/last.size) + " " + last.name
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// round3 rounds to three significant digits, so that the unit suits the printed number:
// 999.6 ms are 1.00 s.
func round3(x float64) float64 {
	if x == 0 || !finite(x) {
		return x
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// decimals3 returns the number of decimals of a number, not 0, that is printed with three
// significant digits.
func decimals3(x float64) int {
	return min(max(2-int(math.Floor(math.Log10(math.Abs(round3(x))))), 0), 12)
}

// grouped puts commas between the thousands of a whole number.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Millions prints a figure that was chosen, in millions: "0.5 million".
func Millions(x float64) string { return Plain(x/1e6) + " million" }
