// Package terminal makes texts from outside safe to show on a terminal. A name, a line
// of a file or the output of a program may hold escape sequences, which move the cursor,
// change the title of the window or hide what follows; and marks of direction, which show
// a text in another order than it has.
package terminal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns a text as one line, with a visible character in place of each that
// controls the terminal: ␛ for an escape, ␊ for a line end, � for other marks and for
// bytes that are not UTF-8. It keeps the number of characters, so that a mark below a
// place of the text stays below it.
func Line(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		if c == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") { // a byte that is not UTF-8
			b.WriteRune(utf8.RuneError)
			continue
		}
		b.WriteRune(visible(c))
	}
	return b.String()
}

// Lines is Line for a text of several lines, in which a tab is kept too.
func Lines(s string) string {
	if plain(s) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		cells := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		for j := range cells {
			cells[j] = Line(cells[j])
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}

// plain reports whether a text is printable ASCII, as most are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible returns the character that is shown for one: the picture of a control
// character (Unicode block Control Pictures), or � for one of the others, which have
// none: C1 controls, formats such as U+202E, and separators of lines.
func visible(c rune) rune {
	switch {
	case c < ' ':
		return '␀' + c
	case c == 0x7f:
		return '␡'
	case unicode.IsControl(c) || unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp):
		return utf8.RuneError
	}
	return c
}
