package answers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/align"
)

// A template is a text with holes in the places that vary.
type template struct {
	tokens  []string // the value hole marks a hole
	longest int      // length in bytes of the longest text seen in a hole
}

const hole = "\x00"

// leastFixed is the minimum of tokens between two holes. A shorter run is chance:
// two times share a digit, two random texts a comma.
const leastFixed = 4

// spare is added to the length of a hole: its text may be longer than the texts
// seen there, but not so much that a whole page would fit. It may be twice as long,
// plus spare bytes. Holes share that room, since a fixed part is searched at its
// first place.
const spare = 64

func newTemplate(text string) template { return template{tokens: tokens(text)} }

// tokens splits a text into words and single other characters.
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
	for _, m := range append(align.Runs(t.tokens, other), align.Run{A: len(t.tokens), B: len(other)}) {
		if m.A > i || m.B > j {
			t.longest = max(t.longest, size(t.tokens[i:m.A]), size(other[j:m.B]))
			out = append(out, hole)
		}
		out = append(out, t.tokens[m.A:m.A+m.N]...)
		i, j = m.A+m.N, m.B+m.N
	}
	t.tokens = t.merged(out)
}

// merged returns tokens with nearby holes merged into one. That hole may be as long
// as all of them with the text between them.
func (t *template) merged(tokens []string) []string {
	var out []string
	last, one := -1, t.longest // index of the last hole in out; longest text of one hole
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

// loosen merges all holes and the text between them into one hole.
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

// words returns the number of tokens that are not blank.
func words(tokens []string) (n int) {
	for _, t := range tokens {
		if t != " " {
			n++
		}
	}
	return n
}

// parts returns the fixed parts: one before each hole, and one after the last.
func (t *template) parts() []string {
	return strings.Split(strings.Join(t.tokens, ""), hole)
}

// compare reports whether a text matches the template, and returns excerpts of both
// from the first difference.
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
		if i == len(parts)-2 && strings.HasSuffix(rest, part) { // the last part must end the text
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

// from returns the rest of a text that begins like a part, as far as it can be
// found.
func from(text, part string) string {
	for n := min(len(part), 64); n >= 8; n /= 2 {
		if at := strings.Index(text, part[:n]); at >= 0 {
			return text[at:]
		}
	}
	return text
}

// The length of an excerpt in bytes, and the part of it before the difference.
const (
	excerptLength = 48
	excerptLead   = 12
)

// apart returns excerpts of two texts from about their first difference.
func apart(a, b string) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return excerpt(a, at), excerpt(b, at)
}

// excerpt returns the text around an index, cut between characters.
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
