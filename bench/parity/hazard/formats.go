package hazard

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	number    = regexp.MustCompile(`[0-9][0-9.,'\x{a0}\x{202f} ]*[0-9]`)
	clock     = regexp.MustCompile(`\b([01]?[0-9]|2[0-3]):([0-5][0-9])\b`)
	hour      = regexp.MustCompile(`(?i)\b([01]?[0-9]|2[0-3])( ?(?:o.clock|uhr|heures|h\b|[ap]\.?m\b))`)
	day       = regexp.MustCompile(`(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)\b`)
	word      = regexp.MustCompile(`[\pL\pN]+`)
	octal     = regexp.MustCompile(`\b0?[0-7]{3}\b`)
	rwx       = regexp.MustCompile(`[-d]?(?:[r-][w-][xsS-]){2}[r-][w-][xtT-]`)
	separates = strings.NewReplacer(".", "", ",", "", "'", "", "\u00a0", "", "\u202f", "", " ", "")
)

// otherFormat reports whether two texts differ in the separators of a number only, such as
// 1,234.50 and 1.234,50.
func otherFormat(want, got string) bool {
	a, b := number.FindAllString(want, -1), number.FindAllString(got, -1)
	differs := false
	for i := range min(len(a), len(b)) {
		if separates.Replace(a[i]) != separates.Replace(b[i]) {
			return false
		}
		differs = differs || a[i] != b[i]
	}
	return differs && len(a) == len(b)
}

// otherZone reports whether two texts differ in a time of day by whole quarters of an hour,
// as in two time zones, and not by seconds or minutes.
func otherZone(want, got string) bool {
	if sameAround(hour, want, got) {
		return want != got
	}
	a, b := clock.FindStringSubmatch(want), clock.FindStringSubmatch(got)
	if a == nil || b == nil {
		return false
	}
	apart := minutes(a) - minutes(b)
	return apart != 0 && apart%15 == 0
}

func minutes(submatch []string) int {
	h, _ := strconv.Atoi(submatch[1]) // the expression allows digits only
	m, _ := strconv.Atoi(submatch[2])
	return 60*h + m
}

// otherMode reports whether two texts differ in permissions only, as with another umask.
func otherMode(want, got string) bool {
	return want != got && (sameAround(rwx, want, got) || strings.Contains(strings.ToLower(want), "mode") && sameAround(octal, want, got))
}

// otherNames reports whether two texts of equally many words differ in names of days and
// months only, and the second one has none in English.
func otherNames(want, got string) bool {
	a, b := word.FindAllString(want, -1), word.FindAllString(got, -1)
	differ := 0
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if !day.MatchString(a[i]) || day.MatchString(b[i]) {
			return false
		}
		differ++
	}
	return len(a) == len(b) && differ > 0
}

// otherSeparators reports whether two texts have the same words in the same order, at least
// two, and differ between them. The way up in a path separates nothing.
func otherSeparators(want, got string) bool {
	if strings.Contains(want+got, "../") {
		return false
	}
	a, b := word.FindAllString(want, -1), word.FindAllString(got, -1)
	return len(a) > 1 && want != got && slices.Equal(a, b)
}

// sameAround reports whether two texts that hold a pattern are equal without it.
func sameAround(pattern *regexp.Regexp, want, got string) bool {
	return pattern.MatchString(want) && pattern.MatchString(got) && pattern.ReplaceAllString(want, "") == pattern.ReplaceAllString(got, "")
}
