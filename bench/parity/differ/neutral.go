package differ

import (
	"hash/maphash"
	"strings"
)

// neutral returns a sum of a node that does not depend on what is masked below it.
func (m *masks) neutral(p *path) uint64 {
	n := p.node
	switch {
	case n.kind == when:
		return n.bones
	case n.kind.value():
		return m.neutralValue(p)
	}
	l := m.lists[p.key()]
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, n.sep+n.name)
	var unordered uint64
	for _, k := range n.kids {
		below := m.neutral(p.down(k, m.loose(l, k)))
		if l != nil && l.order {
			unordered += below
		} else {
			maphash.WriteComparable(&h, below)
		}
	}
	maphash.WriteComparable(&h, unordered)
	return h.Sum64()
}

// neutralValue is the sum of the fixed text of a value.
func (m *masks) neutralValue(p *path) uint64 {
	for _, mask := range m.textsAt(p) {
		for _, t := range mask.templates {
			if t = t.on(p.node.text); t != nil {
				return maphash.String(seed, nameOf(p.node)+hole+strings.Join(t.fixed, hole))
			}
		}
	}
	return p.node.hash
}
