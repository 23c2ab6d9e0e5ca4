package profile

import "strings"

// A node has the segments that follow the same beginning of a path.
type node struct {
	hits int
	next map[string]*node
}

// mostSegments is how many segments with the same extension are told apart.
const mostSegments = 25

// insert adds hits of a path.
func (n *node) insert(path []string, hits int) {
	n.hits += hits
	if len(path) > 0 {
		n.child(path[0]).insert(path[1:], hits)
	}
}

// child returns the node of a segment, which it makes if necessary.
func (n *node) child(segment string) *node {
	if n.next == nil {
		n.next = map[string]*node{}
	}
	c, known := n.next[segment]
	if !known {
		c = &node{}
		n.next[segment] = c
	}
	return c
}

// collapse puts segments together, where there are many with the same extension. Those with
// many hits stay: they are directories, or pages that count.
func (n *node) collapse(many int) {
	different := map[string]int{}
	for segment := range n.next {
		different[extension(segment)]++
	}
	for segment, c := range n.next {
		x := extension(segment)
		if different[x] > mostSegments && c.hits < many && segment != placeholder(x) {
			n.child(placeholder(x)).join(c)
			delete(n.next, segment)
		}
	}
	for _, c := range n.next {
		c.collapse(many)
	}
}

func placeholder(extension string) string { return "{name}" + extension }

// join adds another node and all below it.
func (n *node) join(other *node) {
	n.hits += other.hits
	for segment, c := range other.next {
		n.child(segment).join(c)
	}
}

// pattern returns the pattern of a path that was inserted.
func (n *node) pattern(path []string) string {
	var b strings.Builder
	for _, segment := range path {
		if _, kept := n.next[segment]; !kept {
			segment = placeholder(extension(segment))
		}
		b.WriteString("/" + segment)
		n = n.next[segment]
	}
	return b.String()
}
