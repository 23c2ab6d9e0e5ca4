// Package text writes for a terminal: lines, paragraphs and styles (Printer). It also cleans,
// measures and cuts texts for other forms, since names and examples come from outside.
package text

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// Width returns the number of columns of a text.
func Width(s string) int { return columns.StringWidth(s) }

// columns counts × – … as one column in every locale, since terminals draw them so, and a
// file must not depend on the locale.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

// Clean removes the characters from a text that would move a cursor or break a row, since
// names and examples come from outside.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
			return ' '
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
}

// Pad fills a text with blanks, on its right if it is left-aligned.
func Pad(s string, width int, left bool) string {
	blanks := strings.Repeat(" ", max(0, width-Width(s)))
	if left {
		return s + blanks
	}
	return blanks + s
}

// Cut shortens a text to a width.
func Cut(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	return columns.Truncate(s, width, "…")
}
