package differ

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokens splits a text into times, numbers, words, runs of spaces and other single
// characters. Joined, they are the text.
func tokens(s string) (all []string) {
	times := timesIn(s)
	for len(s) > 0 {
		n := tokenLength(s)
		if len(times) > 0 && times[0][0] <= 0 {
			n = times[0][1]
		} else if len(times) > 0 {
			n = min(n, times[0][0])
		}
		all, s = append(all, s[:n]), s[n:]
		for i := range times {
			times[i][0], times[i][1] = times[i][0]-n, times[i][1]-n
		}
		if len(times) > 0 && times[0][1] <= 0 {
			times = times[1:]
		}
	}
	return all
}

var numeral = regexp.MustCompile(`^[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?`)

// tokenLength returns the length of the first token of a text without times.
func tokenLength(s string) int {
	c, size := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsSpace(c):
		return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	case !inWord(c):
		return size
	}
	n := wordLength(s)
	if c <= '9' {
		if m := len(numeral.FindString(s)); m > n || m == n {
			if next, _ := utf8.DecodeRuneInString(s[m:]); !inWord(next) {
				return m
			}
		}
	}
	return n
}

func wordLength(s string) int {
	for i, c := range s {
		if !inWord(c) {
			return i
		}
	}
	return len(s)
}

// inWord reports whether a character is part of a word.
func inWord(c rune) bool {
	return c < utf8.RuneSelf && (c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') ||
		c >= utf8.RuneSelf && c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c))
}

func blank(token string) bool { return strings.TrimSpace(token) == "" }

// letters returns the number of letters and digits in a text.
func letters(s string) (n int) {
	for _, c := range s {
		if inWord(c) {
			n++
		}
	}
	return n
}

// tokenRuns replaces each number by "9", each word by "a" and each sign by "-".
func tokenRuns(s string) (all []string) {
	for len(s) > 0 {
		c, n := utf8.DecodeRuneInString(s)
		t := s[:n]
		switch class := classOf(c); {
		case class == digits:
			t, n = "9", runLength(s, digits)
		case class&(lower|upper) != 0:
			t, n = "a", runLength(s, lower|upper)
		case c == '+':
			t = "-"
		}
		all, s = append(all, t), s[n:]
	}
	return all
}

// runLength returns the length of the run of characters of some classes that a text
// begins with.
func runLength(s string, of classes) int {
	for i, c := range s {
		if classOf(c)&of == 0 {
			return i
		}
	}
	return len(s)
}
