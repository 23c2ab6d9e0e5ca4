package answers

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A template is a text with holes where it varies.
type template struct {
	tokens  []string // hole stands for a hole
	longest int      // bytes that were seen in a hole, at most
}

const hole = "\x00"

// Between two holes a fixed stretch of fewer tokens than this is chance: two times
// share a digit, two random texts a comma.
const leastFixed = 4

// What stands in a hole may be longer than what was seen there, but not so much that a
// whole page would fit: twice as long, and this many bytes. Holes share that room, since a
// fixed stretch is looked for at its first place.
const spare = 64

func newTemplate(text string) template { return template{tokens: tokens(text)} }

// tokens cuts a text into words and single other characters.
func tokens(text string) []string {
	var all []string
	begin := -1
	for i, c := range text {
		if inWord(c) {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			all = append(all, text[begin:i])
			begin = -1
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		all = append(all, strings.ReplaceAll(text[i:i+size], hole, " "))
	}
	if begin >= 0 {
		all = append(all, text[begin:])
	}
	return all
}

// vary makes holes where another text of the same page differs.
func (t *template) vary(text string) {
	other := tokens(text)
	var out []string
	i, j := 0, 0
	for _, m := range append(matches(t.tokens, other), match{len(t.tokens), len(other), 0}) {
		if m.a > i || m.b > j {
			t.longest = max(t.longest, size(t.tokens[i:m.a]), size(other[j:m.b]))
			out = append(out, hole)
		}
		out = append(out, t.tokens[m.a:m.a+m.n]...)
		i, j = m.a+m.n, m.b+m.n
	}
	t.tokens = t.merged(out)
}

// merged is a list of tokens in which holes that are near each other are one. That may
// be as long as all of them and what stood between.
func (t *template) merged(tokens []string) []string {
	var out []string
	last, one := -1, t.longest // the last hole in out; what was seen in one, at most
	held := one                // the same for the last hole
	for _, token := range tokens {
		if token != hole {
			out = append(out, token)
			continue
		}
		if last >= 0 && words(out[last+1:]) < leastFixed {
			held += size(out[last+1:]) + one
			out = out[:last]
		} else {
			held = one
		}
		t.longest = max(t.longest, held)
		last = len(out)
		out = append(out, hole)
	}
	return out
}

// loosen makes one hole of all holes and what is between them.
func (t *template) loosen() {
	first, last := slices.Index(t.tokens, hole), len(t.tokens)-1
	if first < 0 {
		return
	}
	for t.tokens[last] != hole {
		last--
	}
	t.longest = size(t.tokens[first:last+1]) + t.longest*(1+strings.Count(strings.Join(t.tokens, ""), hole))
	t.tokens = slices.Concat(t.tokens[:first], t.tokens[last:])
}

func size(tokens []string) (n int) {
	for _, t := range tokens {
		n += len(t)
	}
	return n
}

// words is the number of tokens that are no blanks.
func words(tokens []string) (n int) {
	for _, t := range tokens {
		if t != " " {
			n++
		}
	}
	return n
}

// parts are the fixed stretches: one before each hole, and one after the last.
func (t *template) parts() []string {
	return strings.Split(strings.Join(t.tokens, ""), hole)
}

// compare reports whether a text is one of the template's, and returns excerpts of both from
// where it is not.
func (t *template) compare(text string) (want, got string, same bool) {
	parts := t.parts()
	text = strings.ReplaceAll(text, hole, " ")
	if len(parts) == 1 && text != parts[0] || !strings.HasPrefix(text, parts[0]) {
		want, got = apart(parts[0], text)
		return want, got, false
	}
	rest, room := text[len(parts[0]):], 0
	for i, part := range parts[1:] {
		room += 2*t.longest + spare
		at := strings.Index(rest, part)
		if i == len(parts)-2 && strings.HasSuffix(rest, part) { // the last one ends the text
			at = len(rest) - len(part)
		}
		switch {
		case at < 0, i == len(parts)-2 && at+len(part) < len(rest):
			want, got = apart(part, from(rest, part))
			return want, got, false
		case at > room:
			return excerpt(part, 0), excerpt(rest, 0), false
		}
		room -= at
		rest = rest[at+len(part):]
	}
	return "", "", true
}

// from is a text from where it begins like a part, as far as that can be found.
func from(text, part string) string {
	for n := min(len(part), 64); n >= 8; n /= 2 {
		if at := strings.Index(text, part[:n]); at >= 0 {
			return text[at:]
		}
	}
	return text
}

// The length of an excerpt, in bytes, and how much of it stands before the difference.
const (
	excerptLength = 48
	excerptLead   = 12
)

// apart returns excerpts of two texts from about where they begin to differ.
func apart(a, b string) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return excerpt(a, at), excerpt(b, at)
}

// excerpt is what stands around a place, cut between characters.
func excerpt(s string, at int) string {
	begin, end := max(0, at-excerptLead), min(len(s), at-excerptLead+excerptLength)
	if begin == 0 {
		end = min(len(s), excerptLength)
	}
	for begin > 0 && !utf8.RuneStart(s[begin]) {
		begin--
	}
	for end < len(s) && !utf8.RuneStart(s[end]) {
		end++
	}
	cut := s[begin:end]
	if begin > 0 {
		cut = "…" + cut
	}
	if end < len(s) {
		cut += "…"
	}
	if cut == "" {
		return "nothing"
	}
	return cut
}
