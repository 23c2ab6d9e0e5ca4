package unit

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// sizes are the units of ParseMemory.
var sizes = map[string]float64{
	"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}

// ParseMemory parses a number of bytes above 0, as in 500000, 64kB, 1.5MB, 64KiB or 1G:
// a unit with B alone counts in thousands, and one with iB, or of one letter, in 1024s as
// the options of other servers do.
func ParseMemory(s string) (int64, error) {
	digits := strings.TrimRightFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
	size, ok := sizes[strings.ToUpper(strings.TrimSpace(s[len(digits):]))]
	number, err := strconv.ParseFloat(digits, 64)
	switch n := number * size; {
	case !ok || err != nil || strings.ContainsAny(digits, "eExXpP_ "):
		return 0, errors.New("not a size: write it as 64kB, 10MB or 1GiB")
	case n < 1 || math.IsNaN(n):
		return 0, errors.New("must be at least 1 byte")
	case n >= math.MaxInt64:
		return 0, errors.New("too large")
	default:
		return int64(n), nil
	}
}
