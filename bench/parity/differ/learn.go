package differ

import (
	"fmt"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A learner compares two answers of the baseline, and masks their differences.
type learner struct {
	masks   *masks
	a, b    string // identify the answers
	request string
	strange int // number of nodes that have no like in the other answer
}

// identity tells the answers of the baseline apart: the same one may be learned in
// several pairs.
func identity(a trial.Answer) string { return a.From + " " + a.At.String() }

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
	for i := range a.parts {
		if !compatible(a.parts[i], b.parts[i]) {
			l.broken(fmt.Sprintf("the body is %s in one answer and %s in another", a.parts[i].name, b.parts[i].name))
			return
		}
		l.pair((*path)(nil).down(a.parts[i], false), b.parts[i])
	}
	if size := a.parts[3].size + b.parts[3].size; 2*l.strange > size {
		l.broken(fmt.Sprintf("%d of %d parts of two bodies have no like in the other", l.strange, size))
	}
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
	stars := p.stars()
	if len(stars) == 0 {
		return
	}
	key := p.strictKey()
	for _, star := range stars {
		if l.masks.alike[star] == nil {
			l.masks.alike[star] = map[string]bool{}
		}
		l.masks.alike[star][key] = varied || l.masks.alike[star][key]
	}
}

func (l *learner) value(p *path, b *node) {
	l.vary(p, true)
	l.mask(p.key(), p.place(), p.node, b)
	for _, star := range p.stars() {
		l.mask(star, p.place(), p.node, b)
	}
}

func (l *learner) mask(key string, place Place, a, b *node) {
	m := l.masks.texts[key]
	if m == nil {
		m = &textMask{place: place}
		l.masks.texts[key] = m
	}
	m.learn(sample{l.a, a.text}, sample{l.b, b.text}, a.kind, b.kind)
}

// list learns from two lists that differ.
func (l *learner) list(p *path, b *node) {
	a, mask := p.node, l.masks.lists[p.key()]
	coupled := split(couples(a, b, nil))
	if mask != nil && mask.order || shuffled(a, b, coupled) {
		mask = l.listMask(p)
		mask.order = true
		coupled = split(inAnyOrder(a, b, nil))
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
	m := l.masks.lists[p.key()]
	if m == nil {
		m = &listMask{path: p, names: map[string]*population{}, samples: map[string][]*node{}}
		l.masks.lists[p.key()] = m
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
