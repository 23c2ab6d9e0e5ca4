package listings

import (
	"strings"
	"unicode"
)

// A Query is a visitor's search. Zero fields do not restrict it.
type Query struct {
	Words    string // as typed
	Category int64  // Category.ID
	Min, Max int64  // price in cents
	Before   int64  // only ads older than this one
}

// maxWords limits the work of one search.
const maxWords = 8

// Words returns the words of a search as it was typed: runs of letters and digits, at
// most eight.
func Words(typed string) []string {
	words := strings.FieldsFunc(typed, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r)
	})
	return words[:min(len(words), maxWords)]
}
