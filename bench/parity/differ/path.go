package differ

import "strings"

// A path is a node with those above it.
type path struct {
	above *path
	node  *node
	loose bool // the number or order of the nodes of this name varies: their index means nothing
}

func (p *path) down(n *node, loose bool) *path { return &path{p, n, loose} }

// key returns the place with all indexes, which masks are kept by. The index of loose
// nodes is "*".
func (p *path) key() string { return p.with(func(*path) bool { return false }) }

// strictKey returns the key as it is as long as no list is known to vary.
func (p *path) strictKey() string { return p.build(func(*path) bool { return false }) }

// with returns the key with "*" instead of some more indexes.
func (p *path) with(star func(*path) bool) string {
	return p.build(func(q *path) bool { return q.loose || star(q) })
}

func (p *path) build(star func(*path) bool) string {
	var steps []string
	for q := p; q != nil; q = q.above {
		index := q.node.number()
		if star(q) {
			index = "*"
		}
		steps = append(steps, q.node.label(index, true))
	}
	return join(steps)
}

// stars returns the keys that name this place and those of its siblings: with one index
// that may be any, and with all of them.
func (p *path) stars() (all []string) {
	n := 0
	for q := p; q != nil; q = q.above {
		if q.node.of > 1 && !q.loose {
			all = append(all, p.with(func(r *path) bool { return r == q }))
			n++
		}
	}
	if n > 1 {
		all = append(all, p.with(func(r *path) bool { return r.node.of > 1 }))
	}
	return all
}

// place returns the path in words.
func (p *path) place() Place {
	var steps []string
	for q := p; q != nil; q = q.above {
		steps = append(steps, q.node.label(q.node.number(), false))
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
		{"html > html > body > ", "html "}, {"html > html[1] > body[1] > ", "html "},
		{"html > html > ", "html "}, {"html > html[1] > ", "html "}, {"html > ", "html "}, {"xml > ", "xml "},
		{"json/", "json /"},
	} {
		if rest, ok := strings.CutPrefix(s, c.long); ok {
			return Place(c.short + rest)
		}
	}
	return Place(s)
}
