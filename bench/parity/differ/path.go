package differ

import (
	"math/bits"
	"strings"
)

// A path is a node with those above it. Masks are kept by keys, which are sums of the
// steps.
type path struct {
	above *path
	node  *node
	loose bool // the number or order of the nodes of this name varies: their index means nothing

	key    uint64 // names the place; the index of a loose node does not count
	strict uint64 // the same, as long as no list is known to vary
}

// anyIndex stands for the index of a step that may have any.
const anyIndex = 0

func (p *path) down(n *node, loose bool) *path {
	q := &path{above: p, node: n, loose: loose}
	var key, strict uint64
	if p != nil {
		key, strict = p.key, p.strict
	}
	index := n.index
	if q.strict = step(strict, n, index); loose {
		index = anyIndex
	}
	q.key = step(key, n, index)
	return q
}

// step adds a step to a key.
func step(key uint64, n *node, index int) uint64 {
	return mix(key, n.step+uint64(index)*0x94d049bb133111eb)
}

// mix joins two sums; the order counts.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xbf58476d1ce4e5b9)
	return hi ^ lo ^ bits.RotateLeft64(a, 32)
}

// A star is a key that names a place and those of its siblings.
type star struct {
	key uint64
	any func(*path) bool // the steps whose index may be any
}

// stars returns the keys with one index that may be any, and the one with all of them.
func (p *path) stars() (all []star) {
	for q := p; q != nil; q = q.above {
		if q.node.of > 1 && !q.loose {
			all = append(all, p.star(func(r *path) bool { return r == q || r.loose }))
		}
	}
	if len(all) > 1 {
		all = append(all, p.star(func(r *path) bool { return r.node.of > 1 || r.loose }))
	}
	return all
}

func (p *path) star(of func(*path) bool) star { return star{p.sum(of), of} }

// sum returns the key with some indexes that may be any.
func (p *path) sum(of func(*path) bool) uint64 {
	if p == nil {
		return 0
	}
	index := p.node.index
	if of(p) {
		index = anyIndex
	}
	return step(p.above.sum(of), p.node, index)
}

// looseStep reports whether the index of a step means nothing.
func looseStep(q *path) bool { return q.loose }

// place returns the path in words.
func (p *path) place() Place { return p.shown(func(*path) bool { return false }) }

// shown returns the path in words, with "*" instead of some indexes.
func (p *path) shown(any func(*path) bool) Place {
	var steps []string
	for q := p; q != nil; q = q.above {
		index := q.node.number()
		if any(q) {
			index = "*"
		}
		steps = append(steps, q.node.label(index))
	}
	return tidy(strings.TrimSuffix(join(steps), " > "+textName))
}

// join joins steps that were collected from the last to the first.
func join(steps []string) string {
	var b strings.Builder
	for i := len(steps) - 1; i >= 0; i-- {
		b.WriteString(steps[i])
	}
	return b.String()
}

// tidy leaves out the steps that every page has.
func tidy(s string) Place {
	for _, c := range []struct{ long, short string }{
		{"html > html > body > ", "html "}, {"html > html > ", "html "}, {"html > ", "html "},
		{"xml > ", "xml "}, {"json/", "json /"},
	} {
		if rest, ok := strings.CutPrefix(s, c.long); ok {
			return Place(c.short + rest)
		}
	}
	return Place(s)
}
