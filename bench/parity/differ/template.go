package differ

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/align"
)

// A template is a text with holes in the places that vary.
type template struct {
	parts   [][]string // tokens before each hole, and after the last
	fixed   []string   // the same as text
	holes   []shape
	samples []sample // from which it was learned
}

// A sample is a text that an answer has at the template's place.
type sample struct {
	answer string // identifies the answer
	text   string
}

// hole marks a hole in a list of tokens. No token is equal to it: NUL is a token of its own.
const hole = "\x00hole"

func newTemplate(a, b sample) *template {
	t := &template{parts: [][]string{tokens(a.text)}}
	t.vary(b.text)
	t.samples = []sample{a, b}
	t.measure()
	return t
}

// learn makes holes where another sample differs.
func (t *template) learn(s sample) {
	known := slices.Contains(t.samples, s)
	_, fits := t.match(s.text)
	if known || fits && len(t.samples) >= mostSamples {
		return
	}
	if t.samples = append(t.samples, s); !fits {
		t.vary(s.text)
	}
	t.measure()
}

// mostSamples limits the samples that are kept as evidence. Those that changed the
// template are always kept.
const mostSamples = 24

// marked returns all tokens, with marks for the holes.
func (t *template) marked() []string {
	var all []string
	for i, part := range t.parts {
		if i > 0 {
			all = append(all, hole)
		}
		all = append(all, part...)
	}
	return all
}

// vary splits the parts where a text differs.
func (t *template) vary(s string) {
	own, other := t.marked(), tokens(s)
	parts, gaps := [][]string{nil}, [][2]string(nil)
	i, j := 0, 0
	for _, r := range append(align.Runs(own, other), align.Run{A: len(own), B: len(other)}) {
		if r.A > i || r.B > j {
			gaps = append(gaps, [2]string{strings.Join(own[i:r.A], ""), strings.Join(other[j:r.B], "")})
			parts = append(parts, nil)
		}
		i, j = r.A+r.N, r.B+r.N
		parts[len(parts)-1] = append(parts[len(parts)-1], own[r.A:i]...)
	}
	t.join(parts, gaps)
}

// join merges two gaps if the part between them is equal by chance.
func (t *template) join(parts [][]string, gaps [][2]string) {
	t.parts = parts[:1:1]
	var last [2]string
	for i, gap := range gaps {
		between := t.parts[len(t.parts)-1]
		if i > 0 && chance(between, last, gap) {
			s := strings.Join(between, "")
			last = [2]string{last[0] + s + gap[0], last[1] + s + gap[1]}
			t.parts[len(t.parts)-1] = parts[i+1]
			continue
		}
		last = gap
		t.parts = append(t.parts, parts[i+1])
	}
	t.fixed = t.fixed[:0:0]
	for _, part := range t.parts {
		t.fixed = append(t.fixed, strings.Join(part, ""))
	}
}

// chance reports whether the part between two gaps may be equal by chance: a few
// characters within random text, or the space between words that vary.
func chance(part []string, before, after [2]string) bool {
	s := strings.Join(part, "")
	if blank(s) {
		return words(before) && words(after)
	}
	return !strings.ContainsFunc(s, isSpace) && letters(s) <= 2 && !(numeric(before) && numeric(after))
}

func isSpace(c rune) bool { return classOf(c) == blanks }

// words reports whether a gap has text without digits on both sides, or none on one.
func words(gap [2]string) bool {
	return !strings.ContainsAny(gap[0]+gap[1], "0123456789")
}

func numeric(gap [2]string) bool {
	for _, v := range gap {
		if v != hole && !numberPattern.MatchString(v) && formOfTime(v) == "" {
			return false
		}
	}
	return true
}

// measure sets the shapes of the holes from all samples.
func (t *template) measure() {
	t.holes = make([]shape, len(t.parts)-1)
	for _, s := range t.samples {
		values, _ := t.matchAny(s.text)
		for i, v := range values {
			t.holes[i] = t.holes[i].with(v)
		}
	}
}
