package differ

import (
	"fmt"
	"hash/maphash"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A learner compares two answers of the baseline, and masks their differences.
type learner struct {
	masks   *masks
	a, b    string // identify the answers
	request string
	sums    *neutralSums
	strange int // number of nodes that have no like in the other answer
}

// identity tells the answers of the baseline apart: the same one may be learned in
// several pairs.
func identity(a trial.Answer) string {
	return fmt.Sprint(a.From, " ", a.At, " ", maphash.Bytes(seed, a.Body))
}

func requestKey(r trial.Request) string { return r.Method + " " + r.URL + "\n" + r.Body }

// answers learns from two answers, part by part.
func (l *learner) answers(a, b answer) {
	if (a.failure == "") != (b.failure == "") {
		l.broken("one of two answers is missing: " + a.failure + b.failure)
	}
	if a.failure != "" || b.failure != "" {
		return
	}
	if a.parts[0].text != b.parts[0].text {
		l.broken(fmt.Sprintf("the status varies: %s and %s", a.parts[0].text, b.parts[0].text))
		return
	}
	if !compatible(a.parts[3], b.parts[3]) {
		l.broken(fmt.Sprintf("the body is %s in one answer and %s in another", a.parts[3].name, b.parts[3].name))
		return
	}
	l.parts(a, b)
	if size := a.parts[3].size + b.parts[3].size; 2*l.strange > size {
		l.broken(fmt.Sprintf("%d of %d parts of two bodies have no like in the other", l.strange, size))
	}
}

// mostPasses limits how often two answers are learned. One is enough unless the masks
// of a pass align the answers in another way.
const mostPasses = 8

// parts learns until the answers do not differ, whichever is the first.
func (l *learner) parts(a, b answer) {
	l.pass(a, b)
	strange := l.strange
	for n := 1; l.differ(a, b) || l.differ(b, a); n++ {
		if n == mostPasses {
			l.broken("two answers cannot be aligned")
			break
		}
		l.a, l.b = l.b, l.a
		a, b = b, a
		l.pass(a, b)
	}
	l.strange = strange // of the first pass
}

func (l *learner) pass(a, b answer) {
	l.sums = newNeutralSums(l.masks)
	for i := range a.parts {
		l.pair((*path)(nil).down(a.parts[i], false), b.parts[i])
	}
}

func (l *learner) differ(a, b answer) bool {
	c := newComparer(l.masks)
	c.answers(a, b)
	return len(c.found) > 0
}

func (l *learner) broken(reason string) {
	if l.masks.broken == "" {
		l.masks.broken = reason
	}
}

// compatible reports whether two nodes can be compared part by part.
func compatible(a, b *node) bool {
	return a.name == b.name && (a.kind == b.kind || a.kind.value() && b.kind.value())
}

// pair learns from the node of a path and the one at the same place of the other answer.
func (l *learner) pair(p *path, b *node) {
	a := p.node
	switch {
	case same(a, b):
		l.constant(p)
	case a.kind.value():
		l.value(p, b)
	default:
		l.list(p, b)
	}
}

// same reports whether two nodes are equal.
func same(a, b *node) bool {
	return a.hash == b.hash || a.kind == when && b.kind == when && a.moment.near(b.moment)
}

// constant records that nothing varied at a place and below.
func (l *learner) constant(p *path) {
	for _, k := range p.node.kids {
		l.constant(p.down(k, false))
	}
	if p.node.kind.value() {
		l.vary(p, false)
	}
}

// vary records whether a place varied, for those keys that name its siblings too.
func (l *learner) vary(p *path, varied bool) {
	for _, star := range p.stars() {
		if l.masks.alike[star.key] == nil {
			l.masks.alike[star.key] = &siblings{varied: map[uint64]bool{}}
		}
		l.masks.alike[star.key].learn(p.strict, varied)
	}
}

func (l *learner) value(p *path, b *node) {
	l.vary(p, true)
	l.mask(p.star(looseStep), p, b).single = true
	for _, star := range p.stars() {
		l.mask(star, p, b)
	}
}

// mask masks the difference of two values, for a place or its siblings too.
func (l *learner) mask(at star, p *path, b *node) *textMask {
	m := l.masks.texts[at.key]
	if m == nil {
		m = &textMask{place: p.shown(at.any)}
		l.masks.texts[at.key] = m
	}
	m.learn(sample{l.a, p.node.text}, sample{l.b, b.text}, p.node.kind, b.kind)
	return m
}

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
	for _, c := range coupled {
		if c.a == nil || c.b == nil {
			mask = l.listMask(p)
			l.alone(mask, c, a, b)
		}
	}
	if mask != nil {
		mask.learn(a, l.request)
		mask.learn(b, l.request)
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
		m = &listMask{path: p, names: map[string]*population{}, samples: map[string][]*node{}}
		l.masks.lists[p.key] = m
	}
	return m
}

// alone learns from a node that only one of two lists has.
func (l *learner) alone(mask *listMask, c couple, a, b *node) {
	n, other := c.a, b
	if n == nil {
		n, other = c.b, a
	}
	if mask.names[nameOf(n)] == nil {
		mask.names[nameOf(n)] = &population{example: n, shapes: map[uint64][]shape{}, min: -1}
	}
	for _, k := range other.kids {
		if k.bones == n.bones {
			return
		}
	}
	l.strange += n.size
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
