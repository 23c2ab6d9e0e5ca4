package differ

import (
	"hash/maphash"
	"strings"
)

// neutralSums are sums of nodes that do not depend on what is masked below them.
type neutralSums struct {
	masks *masks
	known map[*node]uint64
}

func newNeutralSums(m *masks) *neutralSums { return &neutralSums{m, map[*node]uint64{}} }

// of returns the sum of a path's node.
func (s *neutralSums) of(p *path) uint64 {
	if sum, ok := s.known[p.node]; ok {
		return sum
	}
	sum := s.sum(p)
	s.known[p.node] = sum
	return sum
}

func (s *neutralSums) sum(p *path) uint64 {
	n := p.node
	switch {
	case n.kind == when:
		return n.bones
	case n.kind.value():
		return s.masks.neutralValue(p)
	}
	l := s.masks.lists[p.key]
	sum, unordered := n.step, uint64(0)
	for _, k := range n.kids {
		below := s.of(p.down(k, s.masks.loose(l, k)))
		if l != nil && l.order {
			unordered += below
		} else {
			sum = mix(sum, below)
		}
	}
	return mix(sum, unordered)
}

// neutralValue is the sum of the fixed text of a value.
func (m *masks) neutralValue(p *path) uint64 {
	for _, mask := range m.textsAt(p) {
		for _, t := range mask.templates {
			if t = t.on(p.node.text); t != nil {
				return maphash.String(seed, strings.Join(t.fixed, hole)+hole) ^ p.node.step
			}
		}
	}
	return p.node.hash
}
