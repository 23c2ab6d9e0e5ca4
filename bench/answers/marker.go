package answers

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	longestMarker = 60 // bytes
	leastLetters  = 4  // of a marker
)

// Marker returns a text by which a page is told from others: it stands in the bodies of
// all answers to the same request, holds no digits, which may vary later, and not the
// address of its side. Titles and headings come first, and texts that other pages do not
// hold. It is empty if the answers have no such text in common.
func Marker(same []Answer, others ...Answer) string {
	best, most := "", 0
	for _, text := range pieces(same[0].Body) {
		s := score(text)
		if s <= 0 || s+unique <= most || !inAll(text, same[1:]) || namesSide(text, same) {
			continue
		}
		if !inAny(text, others) {
			s += unique
		}
		if s > most {
			best, most = text, s
		}
	}
	return best
}

// What speaks for a marker, in bytes of length.
const (
	unique  = 200 // other pages do not hold it
	heading = 100 // it stands in a title or a heading
)

func score(text string) int {
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	if letters < leastLetters {
		return 0
	}
	s, low := len(text), strings.ToLower(text)
	for _, tag := range []string{"<title", "<h1", "<h2"} {
		if strings.Contains(low, tag) && letters > len(tag)+leastLetters {
			s += heading
		}
	}
	for _, tag := range []string{"<!doctype", "<meta", "<link", "<script", "<style", "<?xml", "dtd/", "xmlns", "charset"} {
		if strings.Contains(low, tag) {
			return 1 // any page may hold it
		}
	}
	return s
}

// headings begins before a title or a heading, or ends after one.
var headings = regexp.MustCompile(`(?i)<(?:title|h[12])\b|</(?:title|h[12])>`)

// stretches holds no digits but those of headings, and no line ends.
var stretches = regexp.MustCompile(`(?i)(?:</?h[1-6]\b|[^\pN\pC\x{FFFD}])+`)

// pieces cuts a body at line ends, digits and headings, and at tags where it is long.
func pieces(body []byte) (all []string) {
	lines := headings.ReplaceAllStringFunc(string(body), func(tag string) string {
		if tag[1] == '/' {
			return tag + "\n"
		}
		return "\n" + tag
	})
	for _, rest := range stretches.FindAllString(lines, -1) {
		for rest != "" {
			n := cutAt(rest)
			if piece := strings.TrimSpace(rest[:n]); piece != "" {
				all = append(all, piece)
			}
			rest = rest[n:]
		}
	}
	return all
}

// cutAt is the length of the first piece of a line: up to the last end of an element that
// fits, else up to the last blank.
func cutAt(line string) int {
	if len(line) <= longestMarker {
		return len(line)
	}
	n := longestMarker
	for !utf8.RuneStart(line[n]) {
		n--
	}
	for _, end := range []string{">", " "} {
		if i := strings.LastIndex(line[:n], end); i > 0 {
			return i + len(end)
		}
	}
	return n
}

func inAll(text string, all []Answer) bool {
	for _, a := range all {
		if !bytes.Contains(a.Body, []byte(text)) {
			return false
		}
	}
	return true
}

func inAny(text string, all []Answer) bool {
	for _, a := range all {
		if bytes.Contains(a.Body, []byte(text)) {
			return true
		}
	}
	return false
}

// namesSide reports whether a text holds the address that was asked: each side has its own.
func namesSide(text string, all []Answer) bool {
	for _, a := range all {
		host, _, _ := strings.Cut(a.From, ":")
		if host != "" && strings.Contains(text, host) || strings.Contains(text, "localhost:") {
			return true
		}
	}
	return false
}

// Excerpt returns the begin of a body for a message, in one line.
func (a Answer) Excerpt() string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(a.Body[:min(len(a.Body), 4096)]), "?")), " ")
	return excerpt(text, 0)
}
