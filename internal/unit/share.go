package unit

import (
	"math"
	"strings"
)

// Percent prints a share: 95%, 12.3%, 0.012%. It has three significant digits, and around
// 100%, where a ratio is compared with the whole, a decimal too: 99.6%, 100.4%.
func Percent(x float64) string {
	switch {
	case !finite(x):
		return Unknown
	case x == 0:
		return "0%"
	case math.Abs(x) < 1e-5:
		return "<0.001%"
	}
	decimals := decimals3(100 * x)
	if math.Abs(x) < 2 {
		decimals = max(decimals, 1)
	}
	text := Fixed(100*x, decimals)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + "%"
}

// Change prints a relative change with its sign: +6.1%, −6.1%.
func Change(x float64) string {
	switch {
	case !finite(x):
		return Unknown
	case math.Abs(x) < 1e-5:
		return "±0%"
	case x < 0:
		return "−" + Percent(-x)
	}
	return "+" + Percent(x)
}

// Effect prints a minimum detectable effect: 4.2%. An effect of 100% or more is Unknown.
func Effect(x float64) string {
	if x >= 1 {
		return Unknown
	}
	return Percent(x)
}
