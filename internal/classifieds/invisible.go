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

// empty reports whether a text shows nothing.
func empty(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return blank(r) || strings.ContainsRune(joining, r) }) == ""
}

// firstInvisible returns the number of the first invisible character, as in "U+200B", or "".
// A variation selector is one where it selects nothing.
func firstInvisible(s string, hidden func(rune) bool) string {
	var before rune
	for _, r := range s {
		if hidden(r) || unicode.Is(unicode.Variation_Selector, r) && !varies(before) {
			return fmt.Sprintf("U+%04X", r)
		}
		before = r
	}
	return ""
}

// varies reports whether a character can have variants: symbols do, as in "❤" with U+FE0F,
// and the characters of some scripts (Unicode, StandardizedVariants and emoji data).
func varies(r rune) bool {
	return r >= 0x80 && unicode.IsSymbol(r) || strings.ContainsRune("#*0123456789‼⁉ℹ〰", r) ||
		unicode.In(r, unicode.Han, unicode.Mongolian, unicode.Myanmar, unicode.Phags_Pa)
}
