// Package address removes a server's own address from its answers, so that those of
// two servers can be compared.
package address

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Neutral returns a function that makes a text neutral. From is the host and port that
// requests were sent to; with an empty one, texts stay as they are. Absolute URLs of the
// server become relative; other occurrences of the address become "{address}", and
// those of a port with four digits or more "{port}".
func Neutral(from string) func(text string) string {
	if from == "" {
		return func(text string) string { return text }
	}
	port := from[strings.LastIndexByte(from, ':')+1:]
	replacer := strings.NewReplacer(pairs(from, port)...)
	return func(text string) string {
		if !strings.Contains(text, port) {
			return text
		}
		text = replacer.Replace(text)
		if len(port) < 4 { // too short to be recognized as a port
			return text
		}
		return replaceWord(text, port, "{port}")
	}
}

// pairs returns each form of an address, followed by its replacement.
func pairs(from, port string) (all []string) {
	for _, host := range []string{from, "localhost:" + port} {
		coded := strings.ReplaceAll(host, ":", "%3A")
		for _, scheme := range []string{"http", "https"} {
			all = append(all, scheme+"://"+host, "", scheme+"%3A%2F%2F"+coded, "")
		}
		all = append(all, host, "{address}", coded, "{address}")
	}
	return all
}

// replaceWord replaces a number that has no other digit or letter next to it.
func replaceWord(text, word, with string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, word)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		b.WriteString(text[:i])
		if inWord(before) || inWord(after) {
			b.WriteString(word)
		} else {
			b.WriteString(with)
		}
		text = text[i+len(word):]
	}
}

func inWord(c rune) bool { return unicode.IsLetter(c) && c != utf8.RuneError || unicode.IsDigit(c) }
