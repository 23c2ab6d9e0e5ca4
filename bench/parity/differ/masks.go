package differ

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// masks are the places that vary on one route.
type masks struct {
	texts  map[uint64]*textMask // by key of the value, or one that names its siblings too
	lists  map[uint64]*listMask // by key of the list
	alike  map[uint64]*siblings // by the keys that name siblings
	broken string               // why the route cannot be compared

	lessons []Lesson    // from which they were learned
	draws   trial.Draws // of the values that they hide
}

func newMasks() *masks {
	return &masks{texts: map[uint64]*textMask{}, lists: map[uint64]*listMask{}, alike: map[uint64]*siblings{}}
}

// siblings are the places of a key that names several.
type siblings struct {
	varied   map[uint64]bool // by strict key
	constant int             // number of those that did not vary
}

func (s *siblings) learn(place uint64, varied bool) {
	before, known := s.varied[place]
	switch {
	case !known && !varied:
		s.constant++
	case known && !before && varied:
		s.constant--
	}
	s.varied[place] = before || varied
}

// allVary reports whether further siblings may be masked: all that are known varied, and
// these are at least two.
func (s *siblings) allVary() bool { return s != nil && s.constant == 0 && len(s.varied) > 1 }

// A textMask masks the varying parts of a value.
type textMask struct {
	place     Place
	single    bool // of one place, not of all its siblings
	kinds     []kind
	templates []*template
	shuffled  []string // two values with the same words in another order; any order is accepted then
	blob      *blobMask
}

// mostTemplates limits the templates of a place whose fixed text differs with the data.
const mostTemplates = 64

// learn masks the difference of two values of the baseline.
func (m *textMask) learn(a, b sample, kinds ...kind) {
	for _, k := range kinds {
		if !slices.Contains(m.kinds, k) {
			m.kinds = append(m.kinds, k)
		}
	}
	if slices.Contains(m.kinds, blob) {
		m.blob = m.blob.learn(a.text).learn(b.text)
		return
	}
	if sameWords(a.text, b.text) {
		m.shuffled = []string{a.text, b.text}
		return
	}
	for _, t := range m.templates {
		_, fitsA := t.match(a.text)
		_, fitsB := t.match(b.text)
		if fitsA || fitsB {
			t.learn(a)
			t.learn(b)
			return
		}
	}
	if len(m.templates) < mostTemplates && !(m.fits(a.text, b.text) && m.fits(b.text, a.text)) {
		m.templates = append(m.templates, newTemplate(a, b))
	}
}

// accepts reports whether two values differ only where the baseline's values do.
func (m *textMask) accepts(want, got *node) bool {
	if want.kind != got.kind && !(slices.Contains(m.kinds, want.kind) && slices.Contains(m.kinds, got.kind)) {
		return false
	}
	if m.blob != nil {
		return m.blob.accepts(want.text) && m.blob.accepts(got.text)
	}
	return m.shuffled != nil && sameWords(want.text, got.text) || m.fits(want.text, got.text)
}

// leastShuffled is the number of words from which another order is one of many, so that the
// two that were seen are not all.
const leastShuffled = 3

// sameWords reports whether two different texts have the same words in another order.
func sameWords(a, b string) bool {
	x, y := strings.FieldsFunc(a, betweenWords), strings.FieldsFunc(b, betweenWords)
	if a == b || len(x) < leastShuffled || len(x) != len(y) {
		return false
	}
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// betweenWords reports whether a character stands between words: also between the parameters of
// a link, whose order is that of a hash in Perl.
func betweenWords(c rune) bool { return isSpace(c) || strings.ContainsRune("?&;,|", c) }

func (m *textMask) fits(want, got string) bool {
	return slices.ContainsFunc(m.templates, func(t *template) bool {
		if t = t.on(want); t == nil {
			return false
		}
		_, ok := t.match(got)
		return ok
	})
}

// values returns the texts in the holes of a value, and those around them. Both are nil if it
// fits no template.
func (m *textMask) values(s string) (values, fixed []string) {
	for _, t := range m.templates {
		if t = t.on(s); t != nil {
			if v, ok := t.match(s); ok {
				return v, t.fixed
			}
		}
	}
	return nil, nil
}

// A blobMask masks the bytes between the ends that all bodies have in common.
type blobMask struct {
	prefix, suffix string
	min, max       int // length
}

func (m *blobMask) learn(s string) *blobMask {
	if m == nil {
		return &blobMask{s, s, len(s), len(s)}
	}
	m.min, m.max = min(m.min, len(s)), max(m.max, len(s))
	n := 0
	for n < min(len(m.prefix), len(s)) && m.prefix[n] == s[n] {
		n++
	}
	m.prefix = m.prefix[:n]
	for n = 0; n < min(len(m.suffix), m.min-len(m.prefix)) && m.suffix[len(m.suffix)-1-n] == s[len(s)-1-n]; {
		n++
	}
	m.suffix = m.suffix[len(m.suffix)-n:]
	return m
}

// accepts reports whether a body has the common ends, and about the length of the others.
func (m *blobMask) accepts(s string) bool {
	n := len(s)
	return n >= len(m.prefix)+len(m.suffix) && n >= m.min/2 && n <= 2*m.max+64 && (n > 0 || m.min == 0) &&
		s[:len(m.prefix)] == m.prefix && s[n-len(m.suffix):] == m.suffix
}

// textsAt returns the masks that hold for a value, the narrowest first.
func (m *masks) textsAt(p *path) (all []*textMask) {
	for _, key := range []uint64{p.key, p.strict} {
		if t := m.texts[key]; t != nil && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	for _, star := range p.stars() {
		if t := m.texts[star.key]; t != nil && m.alike[star.key].allVary() {
			all = append(all, t)
		}
	}
	return all
}

// accepts reports whether a difference of two values is masked.
func (m *masks) accepts(p *path, want, got *node) bool {
	return slices.ContainsFunc(m.textsAt(p), func(t *textMask) bool { return t.accepts(want, got) })
}

// loose reports whether the number or the order of nodes of a list varies, by name.
func (m *masks) loose(l *listMask, n *node) bool {
	return l != nil && (l.order || l.names[nameOf(n)] != nil)
}
