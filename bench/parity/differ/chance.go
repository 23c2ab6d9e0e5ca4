package differ

import (
	"math"
	"strconv"
	"strings"
)

// mostChance is the largest probability of a repetition by chance that still counts as
// stuck.
const mostChance = 1e-6

// repeated reports whether a candidate's values repeat, although a program like the
// baseline repeats none.
func repeated(base, cand []string) bool {
	if distinct(cand) == len(cand) {
		return false
	}
	if lo, hi, ok := numeralRange(base); ok {
		return repeatedNumber(base, cand, lo, hi)
	}
	return chanceOf(space(base), len(cand), distinct(cand)) < mostChance
}

// chanceOf returns a bound of the probability that of n random values only some are
// distinct. The logarithm of the number of possible values is known.
func chanceOf(logSpace float64, n, distinct int) float64 {
	pairs := math.Log(float64(n*(n-1)) / 2)
	bound := float64(n-distinct) * (pairs - logSpace)
	if distinct == 1 {
		bound = math.Min(bound, -float64(n-1)*logSpace)
	}
	return math.Exp(bound)
}

// space returns the logarithm of the number of possible values. Random characters are
// known by digits among letters; of words, there may be only as many as the values that
// were seen let expect.
func space(values []string) float64 {
	var s shape
	for _, v := range values {
		s = s.with(v)
	}
	if s.chars&blanks != 0 || s.chars&digits == 0 {
		return math.Log(float64(len(values)*(len(values)-1)) / 2)
	}
	return float64(s.min-len(s.skeleton)) * math.Log(s.alphabet())
}

// alphabet returns the number of characters that the values are made of.
func (s shape) alphabet() float64 {
	n := 10.0
	if s.hex >= surelyHex {
		return 16
	}
	if s.chars&lower != 0 {
		n += 26
	}
	if s.chars&upper != 0 {
		n += 26
	}
	return n
}

// numeralRange returns the smallest and the largest value, if all are numbers.
func numeralRange(values []string) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return 0, 0, false
		}
		lo, hi = math.Min(lo, x), math.Max(hi, x)
	}
	return lo, hi, true
}

// The numbers of values, all the same, from which a number of the candidate counts as
// stuck: measured times and sizes repeat sometimes.
const (
	leastIntegers = 4 // with at least four digits, such as the number of a process
	leastDecimals = 6 // with at least eight digits
	longInteger   = 12
)

// repeatedNumber reports whether a number is stuck. It has to be about as large as the
// baseline's: a warm program takes less time and memory, and so little of it that small
// numbers repeat.
func repeatedNumber(base, cand []string, lo, hi float64) bool {
	first, err := strconv.ParseFloat(cand[0], 64)
	if err != nil || math.Abs(first) < math.Abs(lo)/4 || math.Abs(first) > 4*math.Abs(hi) {
		return false
	}
	digits, decimal := len(base[0]), false
	for _, v := range base {
		digits, decimal = min(digits, significant(v)), decimal || strings.Contains(v, ".")
	}
	switch {
	case decimal:
		return digits >= 8 && distinct(cand) == 1 && len(cand) >= leastDecimals
	case digits >= longInteger:
		return true
	}
	return digits >= 4 && distinct(cand) == 1 && len(cand) >= leastIntegers
}

// significant returns the number of digits of a number, without leading zeros.
func significant(v string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(v), "e")
	return len(strings.TrimLeft(strings.NewReplacer(".", "", "-", "", "+", "", ",", "").Replace(mantissa), "0"))
}
