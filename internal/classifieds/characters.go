package classifieds

import (
	"strings"
	"unicode"
)

// mostMarks is the number of combining marks that a letter may have. Tibetan has up to five;
// with dozens, a text covers the lines around it.
const mostMarks = 8

// spoilt returns what is wrong with the characters of a text, or "". hidden is the set of
// invisible characters that it must not have.
func spoilt(s string, hidden func(rune) bool) string {
	if strings.ContainsFunc(s, unprintable) {
		return "There is a character in this that cannot be shown."
	}
	if c := firstInvisible(s, hidden); c != "" {
		return "There is an invisible character in this (" + c + "). Please write it without."
	}
	if piled(s) {
		return "There are accents in this that belong to no letter, or too many on one."
	}
	return ""
}

// unprintable reports whether a character is a control character, other than those of a text of
// several lines.
func unprintable(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t'
}

// piled reports whether a text begins with a combining mark, or has more than mostMarks in a
// row.
func piled(s string) bool {
	marks, begun := 0, false
	for _, r := range s {
		switch {
		case strings.ContainsRune(joining, r):
		case !unicode.IsMark(r):
			marks = 0
		case !begun || marks == mostMarks:
			return true
		default:
			marks++
		}
		begun = true
	}
	return false
}
