package classifieds

import (
	"strconv"
	"strings"
)

// price parses dollars and cents as people write them: "", "25", "12.50", ".5", "1,250.50",
// each with "$" before or after it. A comma stands between thousands. Other numbers of
// decimals than one or two are no price: 1.250 could mean two things.
func price(typed string) (cents int64, ok bool) {
	s := strings.TrimSpace(typed)
	if s == "" {
		return 0, true
	}
	whole, rest, point := strings.Cut(withoutSign(s), ".")
	if whole == "" && !point || point && (len(rest) == 0 || len(rest) > 2) {
		return 0, false
	}
	whole, ok = withoutCommas(whole)
	if !ok || len(whole) > 12 || strings.Trim(whole+rest, "0123456789") != "" {
		return 0, false
	}
	cents, err := strconv.ParseInt(whole+(rest + "00")[:2], 10, 64)
	if err != nil || cents > maxPrice*100 {
		return 0, false
	}
	return cents, true
}

// withoutSign removes a dollar sign before or after an amount.
func withoutSign(s string) string {
	if after, ok := strings.CutPrefix(s, "$"); ok {
		return strings.TrimSpace(after)
	}
	if before, ok := strings.CutSuffix(s, "$"); ok {
		return strings.TrimSpace(before)
	}
	return s
}

// withoutCommas removes the commas of "1,250,000". It reports false if they are elsewhere.
func withoutCommas(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, group := range groups {
		if len(groups) > 1 && (i > 0 && len(group) != 3 || i == 0 && (len(group) < 1 || len(group) > 3)) {
			return s, false
		}
	}
	return strings.Join(groups, ""), true
}
