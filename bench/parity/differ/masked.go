package differ

import (
	"strconv"
	"strings"
)

// A maskedValue is the text in a hole of a masked place.
type maskedValue struct {
	key    string // of the place and the hole
	place  Place
	hole   int
	fixed  string // text around the holes
	text   string
	mask   *textMask
	single bool // the answer has the key once
}

// drawnAt returns the key of the value for draws: a mask that has learned more may have its holes
// elsewhere.
func (v *maskedValue) drawnAt() string { return v.key + hole + v.fixed }

// maskedValues are those of an answer.
type maskedValues struct {
	all   []*maskedValue
	byKey map[string]*maskedValue
}

// valuesOf returns what stands in the holes of an answer's masked places.
func (m *masks) valuesOf(a answer) *maskedValues {
	v := &maskedValues{byKey: map[string]*maskedValue{}}
	for _, part := range a.parts {
		v.collect(m, (*path)(nil).down(part, false))
	}
	return v
}

func (v *maskedValues) collect(m *masks, p *path) {
	if p.node.kind.value() {
		v.value(m, p)
		return
	}
	l := m.lists[p.key]
	for _, k := range p.node.kids {
		v.collect(m, p.down(k, m.loose(l, k)))
	}
}

// value adds the holes of a value.
func (v *maskedValues) value(m *masks, p *path) {
	for _, mask := range m.textsAt(p) {
		values, fixed := mask.values(p.node.text)
		for i, s := range values {
			v.add(&maskedValue{strconv.FormatUint(p.key, 16) + hole + strconv.Itoa(i), p.place(), i, strings.Join(fixed, hole), s, mask, true})
		}
		if values != nil {
			return
		}
	}
}

func (v *maskedValues) add(one *maskedValue) {
	if known := v.byKey[one.key]; known != nil {
		known.single = false
		return
	}
	v.byKey[one.key], v.all = one, append(v.all, one)
}
