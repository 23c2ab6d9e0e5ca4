// Package unit prints numbers: ratios, shares, times and counts, with three significant
// digits and the unit that suits them.
package unit

import (
	"fmt"
	"math"
	"strconv"
)

// Counted is a number with its noun, in the plural if it is not 1.
func Counted[N int | uint64](n N, noun string, plural ...string) string {
	switch {
	case n == 1:
	case len(plural) > 0:
		noun = plural[0]
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// Times prints a ratio with three digits.
func Times(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// Digits prints a number with three digits, of 100 and more all that stand before the
// point: 0.5, 84.7, 5443.
func Digits(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil {
		return fmt.Sprint(x)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func Percent(x float64) string { return Digits(100*x) + "%" }

// Seconds prints a time with the unit that suits it.
func Seconds(x float64) string {
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64); err == nil && x < 100 {
		x = rounded // so that the unit is that of the number as it is printed
	}
	switch {
	case math.IsNaN(x):
		return "unknown"
	case x == 0:
		return "0 s"
	case x >= 100:
		return fmt.Sprintf("%.0f s", x)
	case x >= 1:
		return fmt.Sprintf("%.3g s", x)
	case x >= 1e-3:
		return fmt.Sprintf("%.3g ms", x*1e3)
	}
	return fmt.Sprintf("%.3g µs", x*1e6)
}
