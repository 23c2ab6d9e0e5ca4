package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// unknown stands where a number would be that the sample cannot support.
const unknown = "–"

// round3 rounds to three significant digits, so that the choice of a unit sees
// the number as it will be printed: 999.6 ms are a second.
func round3(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// digits3 prints a number with three significant digits, and all digits of
// thousands with commas between: 0.0123, 1.23, 12.3, 123, 1,234.
func digits3(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return unknown
	}
	r := math.Abs(round3(x))
	switch {
	case r >= 1e15:
		return strconv.FormatFloat(x, 'e', 2, 64)
	case r >= 100:
		return grouped(strconv.FormatFloat(x, 'f', 0, 64))
	case r == 0:
		return "0"
	}
	return strconv.FormatFloat(x, 'f', min(2-int(math.Floor(math.Log10(r))), 12), 64)
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

func count(n uint64) string { return grouped(strconv.FormatUint(n, 10)) }

// share prints a share of 1 as percent.
func share(x float64) string {
	switch {
	case math.IsNaN(x):
		return unknown
	case x == 0:
		return "0%"
	case math.Abs(x) < 1e-5:
		return "<0.001%"
	}
	return strings.TrimSuffix(digits3(100*x), ".00") + "%"
}

// errorShare is the share of wrong answers, unknown if there was none at all.
func errorShare(hits, errors uint64) float64 {
	if hits+errors == 0 {
		return math.NaN()
	}
	return float64(errors) / float64(hits+errors)
}

func times(x float64) string { return digits3(x) + "×" }

// timesOf prints a ratio that may be without bound.
func timesOf(f result.Float) string {
	if !f.Known() {
		return unknown
	}
	return times(float64(f))
}

// scaled is a number of three digits with the unit that suits it.
func scaled(x float64, units ...unit) (number, name string) {
	r := math.Abs(round3(x))
	for _, u := range units {
		if r >= u.size {
			return digits3(x / u.size), u.name
		}
	}
	last := units[len(units)-1]
	return digits3(x / last.size), last.name
}

type unit struct {
	size float64
	name string
}

var (
	timeUnits   = []unit{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}}
	memoryUnits = []unit{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}}
)

// seconds prints a time: "1.02 ms".
func seconds(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return unknown
	}
	if x == 0 {
		return "0 s"
	}
	n, u := scaled(x, timeUnits...)
	return n + " " + u
}

// span prints a length that somebody chose, without digits that say nothing:
// "500 ms", "36 s".
func span(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e9 {
		return unknown
	}
	switch {
	case x >= 1 || x == 0:
		return strconv.FormatFloat(round3(x), 'f', -1, 64) + " s"
	case x >= 1e-3:
		return strconv.FormatFloat(round3(x*1e3), 'f', -1, 64) + " ms"
	}
	return seconds(x)
}

func memory(n int64) string {
	if n <= 0 {
		return unknown
	}
	number, name := scaled(float64(n), memoryUnits...)
	return number + " " + name
}

// duration prints how long a run took: "2 min 14 s".
func duration(seconds float64) string {
	if math.IsNaN(seconds) || seconds < 0 || seconds > 1e9 {
		return unknown
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

// moment prints when a run began, in UTC: where the report is drawn has no say.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// plural prints a number of things.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(strconv.Itoa(n)) + " " + many
}

// fixed prints a number with so many decimals.
func fixed(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e15 {
		return unknown
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(x, 'f', decimals, 64), ".")
	return grouped(whole) + "." + rest
}

// percentage prints a share that somebody chose: "95%", "0.1%".
func percentage(x float64) string {
	return strconv.FormatFloat(round3(100*x), 'f', -1, 64) + "%"
}

// tenths prints a share with one decimal of a percent.
func tenths(x float64) string { return fixed(100*x, 1) + "%" }
