package differ

// list learns from two lists that differ.
func (l *learner) list(p *path, b *node) {
	a, mask := p.node, l.masks.lists[p.key]
	neutral := func(n *node) uint64 { return l.sums.of(p.down(n, l.masks.loose(mask, n))) }
	coupled := split(couples(a, b, neutral))
	if mask != nil && mask.order || shuffled(a, b, coupled, neutral) {
		mask = l.listMask(p)
		mask.order = true
		coupled = split(inAnyOrder(a, b, neutral))
	}
	bonesA, bonesB := sumsOf(a.kids, bones), sumsOf(b.kids, bones)
	for _, c := range coupled {
		switch {
		case c.b == nil:
			mask = l.listMask(p)
			l.alone(mask, c.a, bonesB)
		case c.a == nil:
			mask = l.listMask(p)
			l.alone(mask, c.b, bonesA)
		}
	}
	if mask != nil {
		mask.learn(a, b, l.a, l.b)
	}
	for _, c := range coupled {
		if c.a != nil && c.b != nil {
			l.pair(p.down(c.a, l.masks.loose(mask, c.a)), c.b)
		}
	}
}

// listMask returns the mask of a list, a new one if there is none.
func (l *learner) listMask(p *path) *listMask {
	m := l.masks.lists[p.key]
	if m == nil {
		m = &listMask{path: p, names: map[string]*population{}}
		l.masks.lists[p.key] = m
	}
	return m
}

func bones(n *node) uint64 { return n.bones }

// alone learns from a node that only one of two lists has. Other counts the structures in the
// list that has not.
func (l *learner) alone(mask *listMask, n *node, other map[uint64]int) {
	if mask.names[nameOf(n)] == nil {
		mask.names[nameOf(n)] = &population{example: n, shapes: map[uint64][]shape{}, min: -1}
	}
	if other[n.bones] == 0 {
		l.strange += n.size
	}
}

// split makes two couples of nodes that cannot be compared part by part.
func split(coupled []couple) (all []couple) {
	for _, c := range coupled {
		if c.a != nil && c.b != nil && !compatible(c.a, c.b) {
			all = append(all, couple{c.a, nil}, couple{nil, c.b})
			continue
		}
		all = append(all, c)
	}
	return all
}
