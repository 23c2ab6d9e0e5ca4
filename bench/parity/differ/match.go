package differ

import (
	"strings"

	"github.com/classibench/classibench/internal/align"
)

// match returns the text in each hole, if a text has the fixed parts and the shapes of
// a template.
func (t *template) match(s string) ([]string, bool) {
	return t.find(s, func(i int, v string) bool { return t.holes[i].accepts(v) })
}

// matchAny is match for any shape.
func (t *template) matchAny(s string) ([]string, bool) {
	return t.find(s, func(int, string) bool { return true })
}

func (t *template) find(s string, accept func(int, string) bool) ([]string, bool) {
	if len(t.parts) == 1 {
		return nil, s == t.fixed[0]
	}
	if !strings.HasPrefix(s, t.fixed[0]) {
		return nil, false
	}
	f := finder{t: t, text: s, accept: accept, failed: map[[2]int]bool{}}
	values := f.from(0, len(t.fixed[0]))
	return values, values != nil
}

// A finder looks for the holes of a template in a text.
type finder struct {
	t      *template
	text   string
	accept func(int, string) bool
	failed map[[2]int]bool // holes and offsets from which the rest does not match
}

// from returns the text of hole i, which begins at an offset, and of those after it; nil
// if there is no match.
func (f *finder) from(i, at int) []string {
	if i == len(f.t.parts)-2 {
		return f.last(i, at)
	}
	part, key := f.t.fixed[i+1], [2]int{i, at}
	for end := at; !f.failed[key]; end++ {
		n := strings.Index(f.text[end:], part)
		if n < 0 {
			f.failed[key] = true
			break
		}
		end += n
		if !f.accept(i, f.text[at:end]) {
			continue
		}
		if rest := f.from(i+1, end+len(part)); rest != nil {
			return append([]string{f.text[at:end]}, rest...)
		}
	}
	return nil
}

func (f *finder) last(i, at int) []string {
	end := len(f.text) - len(f.t.fixed[i+1])
	if end < at || f.text[end:] != f.t.fixed[i+1] || !f.accept(i, f.text[at:end]) {
		return nil
	}
	return []string{f.text[at:end]}
}

// on returns the template for another text of the same place, whose fixed parts differ
// because the data does: "3 ads, 12:30" instead of "2 ads, 12:29". A hole is found again
// by the text next to it. It returns nil if none is.
func (t *template) on(s string) *template {
	if _, ok := t.match(s); ok {
		return t
	}
	own, other := t.marked(), tokens(s)
	at := make([]int, len(own)) // index in other of each token, or -1
	for i := range at {
		at[i] = -1
	}
	for _, r := range align.Runs(own, other) {
		for k := range r.N {
			at[r.A+k] = r.B + k
		}
	}
	return t.moved(own, other, at)
}

func (t *template) moved(own, other []string, at []int) *template {
	m, begin, h := &template{}, 0, 0
	for i, token := range own {
		if token != hole {
			continue
		}
		from, to, named := span(own, other, at, i)
		if from >= begin && to >= from && t.holes[h].holds(strings.Join(other[from:to], ""), named) {
			m.parts = append(m.parts, other[begin:from])
			m.holes = append(m.holes, t.holes[h].with(strings.Join(other[from:to], "")))
			begin = to
		}
		h++
	}
	if m.parts = append(m.parts, other[begin:]); len(m.holes) == 0 {
		return nil
	}
	for _, part := range m.parts {
		m.fixed = append(m.fixed, strings.Join(part, ""))
	}
	return m
}

// holds reports whether a value of the baseline may stand in a hole. Next to the same
// word, it may be any; else it has to have the shape, and a telling one: a time, or a
// long token.
func (s shape) holds(v string, named bool) bool {
	return named || s.accepts(v) && (len(s.forms) > 0 || s.min >= 8)
}

// span returns the tokens of the other text that a hole covers; to is before from if
// there are none. The nearest token on both sides that is not blank must be the same, or
// the end of the text. The hole is named if the nearest word on one side is the same.
func span(own, other []string, at []int, i int) (from, to int, named bool) {
	left, namedLeft := context(own, at, i, -1, -1)
	right, namedRight := context(own, at, i, 1, len(other))
	if left == none || right == none {
		return 0, -1, false
	}
	return left + 1, right, namedLeft || namedRight
}

// none is the index of a token that has no equal.
const none = -2

// context follows the tokens from a hole in one direction. It returns the index in the
// other text of the token next to the hole, and whether the tokens up to a word are the
// same.
func context(own []string, at []int, i, direction, end int) (next int, named bool) {
	solid, n := false, 0
	next = end
	for k := i + direction; k >= 0 && k < len(own) && own[k] != hole; k, n = k+direction, n+1 {
		if n == 0 {
			next = at[k]
		}
		if at[k] < 0 || at[k] != next+n*direction {
			return nextIf(solid, next), false
		}
		if letters(own[k]) > 0 {
			return next, true
		}
		solid = solid || !blank(own[k])
	}
	return next, false
}

func nextIf(ok bool, next int) int {
	if ok {
		return next
	}
	return none
}
