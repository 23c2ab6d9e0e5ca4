package classifieds

import (
	"fmt"
	"strings"
	"unicode"
)

// invisible reports whether a character has no shape of its own: zero-width characters, and
// those that turn the direction of a text around. With them a title can look like another,
// or show its letters in another order ("Trojan Source", CVE-2021-42574).
func invisible(r rune) bool {
	if r < 0xad {
		return false
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// blank reports whether a character is a space, or the empty cell of Braille, which Unicode
// does not count as one: a title of it alone would be empty.
func blank(r rune) bool { return unicode.IsSpace(r) || r == '\u2800' }

// joining are invisible characters that languages need in a text: Persian and the Indic
// scripts join and separate letters with them, and so do emoji; Arabic and Hebrew mark a
// direction with them, without turning other text around. A title has to do without.
const joining = "\u200c\u200d\u200e\u200f\u061c\u00ad"

// invisibleInText is invisible for longer texts.
func invisibleInText(r rune) bool { return invisible(r) && !strings.ContainsRune(joining, r) }

// named returns the number of the first character for which f is true, as in "U+200B".
func named(s string, f func(rune) bool) string {
	for _, r := range s {
		if f(r) {
			return fmt.Sprintf("U+%04X", r)
		}
	}
	return ""
}
