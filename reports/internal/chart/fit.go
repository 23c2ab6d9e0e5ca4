package chart

import (
	"strings"

	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
)

// Fit shortens the name of a tick until it fits a width.
func Fit(name string, width Length) string {
	return shorten(text.Clean(name), letters(smallSize, palette.Soft, false).Width, width)
}

// within breaks a name into two lines, and shortens those that do not fit the width.
func within(name string, measure func(string) Length, width Length) string {
	name = text.Cut(text.Clean(name), longestName)
	if measure(name) <= width {
		return name
	}
	words := strings.Fields(name)
	best, bestWidth := name, measure(name)
	for i := 1; i < len(words); i++ {
		two := strings.Join(words[:i], " ") + "\n" + strings.Join(words[i:], " ")
		if w := measure(two); w < bestWidth {
			best, bestWidth = two, w
		}
	}
	lines := strings.Split(best, "\n")
	for i := range lines {
		lines[i] = shorten(lines[i], measure, width)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// longestName bounds the length, in letters, of names that are measured.
const longestName = 120

// shorten cuts a line until it fits a width; it returns "" if only a stub would fit.
func shorten(line string, measure func(string) Length, width Length) string {
	line = text.Cut(line, longestName)
	if measure(line) <= width {
		return line
	}
	letters := []rune(line)
	for n := len(letters) - 1; n >= 2; n-- {
		if short := string(letters[:n]) + "…"; measure(short) <= width {
			return short
		}
	}
	return ""
}
