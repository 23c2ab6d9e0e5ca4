package differ

import "strconv"

// A comparer collects the differences of two answers.
type comparer struct {
	masks *masks
	sums  *neutralSums
	found []Difference
}

func newComparer(m *masks) *comparer {
	return &comparer{masks: m, sums: newNeutralSums(m)}
}

// mostDifferences limits the differences of one answer.
const mostDifferences = 32

func (c *comparer) answers(want, got answer) {
	switch {
	case want.failure != "" && got.failure != "":
		return
	case want.failure != "":
		c.add("answer", want.failure, "status "+got.parts[0].text)
		return
	case got.failure != "":
		c.add("answer", "status "+want.parts[0].text, got.failure)
		return
	}
	for i := range want.parts {
		w, g := want.parts[i], got.parts[i]
		switch {
		case w == nil || g == nil: // equal bodies are not read
		case compatible(w, g):
			c.pair((*path)(nil).down(w, false), g)
		default:
			c.add(Place("body"), w.name+": "+w.excerpt(), g.name+": "+g.excerpt())
		}
	}
}

func (c *comparer) add(place Place, want, got string) {
	if len(c.found) < mostDifferences {
		c.found = append(c.found, Difference{Place: place, Want: want, Got: got})
	}
}

// pair compares the node of a path with the candidate's at the same place.
func (c *comparer) pair(p *path, got *node) {
	switch {
	case same(p.node, got) || len(c.found) >= mostDifferences:
	case p.node.kind.value():
		c.value(p, got)
	default:
		c.list(p, got)
	}
}

func (c *comparer) value(p *path, got *node) {
	want := p.node
	switch {
	case c.masks.accepts(p, want, got):
	case want.kind == blob && got.kind == blob:
		_, w, g := bytesApart(want.text, got.text)
		c.add(offsetPlace(want.text, got.text), w, g)
	case want.kind != got.kind && want.sep == "/":
		c.add(p.place(), quoted(want), quoted(got))
	default:
		w, g := apart(want.text, got.text)
		c.add(p.place(), w, g)
	}
}

// quoted returns a value of JSON so that its type is seen.
func quoted(n *node) string {
	if n.kind == text {
		return strconv.Quote(shorten(n.text))
	}
	return n.text
}

func (c *comparer) list(p *path, got *node) {
	l := c.masks.lists[p.key]
	neutral := func(n *node) uint64 { return c.sums.of(p.down(n, c.masks.loose(l, n))) }
	coupled := couples
	if l != nil && l.order {
		coupled = inAnyOrder
	}
	r := c.room(l, p, got, neutral)
	for _, pair := range split(coupled(p.node, got, neutral)) {
		at := pair.a
		if at == nil {
			at = pair.b
		}
		below, masks := p.down(at, c.masks.loose(l, at)), c.masks
		if r.lost(pair) {
			masks = newMasks()
		}
		if found := couplesDiffer(masks, c.sums, below, pair); len(found) > 0 && (masks != c.masks || !r.accepts(pair)) {
			c.found = append(c.found, found[:min(len(found), mostDifferences-len(c.found))]...)
		}
	}
	r.counts(c, p, got)
}

// couplesDiffer returns the differences of two nodes at a path.
func couplesDiffer(m *masks, sums *neutralSums, p *path, pair couple) []Difference {
	c := comparer{masks: m, sums: sums}
	switch {
	case pair.a != nil && pair.b != nil:
		c.pair(p, pair.b)
	default:
		c.add(p.place(), pair.a.excerpt(), pair.b.excerpt())
	}
	return c.found
}

// A room tells which nodes of a list may come and go, and which must be there.
type room struct {
	names map[string]*population
	fixed map[uint64]int // number of nodes that must be there, by their neutral sums
	got   map[uint64]int // number of nodes of the candidate
	sum   sum

	exact    map[uint64]int // the same for nodes in which nothing varies
	gotExact map[uint64]int
}

func (c *comparer) room(l *listMask, p *path, got *node, neutral sum) (r room) {
	if l == nil {
		return r
	}
	r = room{map[string]*population{}, l.fixed(neutral), sumsOf(got.kids, neutral), neutral, l.fixed(exact), sumsOf(got.kids, exact)}
	for name, known := range l.names {
		r.names[name] = known.including(p.node, name)
	}
	return r
}

// lost reports whether the candidate has not, or has changed, a node that is always the
// same for the baseline: masks of its siblings do not hold for it.
func (r room) lost(pair couple) bool {
	if pair.a == nil || pair.b != nil && pair.a.hash == pair.b.hash {
		return false
	}
	return r.gotExact[pair.a.hash] < r.exact[pair.a.hash]
}

// accepts reports whether a difference is one of nodes that come and go.
func (r room) accepts(pair couple) bool {
	for _, n := range []*node{pair.a, pair.b} {
		if n == nil {
			continue
		}
		if p := r.names[nameOf(n)]; p == nil || !p.accepts(n) {
			return false
		}
	}
	return pair.a == nil || r.got[r.sum(pair.a)] >= r.fixed[r.sum(pair.a)]
}

// counts adds a difference for each name that has far more or fewer nodes than usual.
func (r room) counts(c *comparer, p *path, got *node) {
	for name, known := range r.names {
		want, _ := known.inRange(p.node, name)
		if n, ok := known.inRange(got, name); !ok {
			c.add(p.place(), amount(want, name), amount(n, name))
		}
	}
}
