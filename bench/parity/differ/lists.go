package differ

// A listMask masks the order of the nodes of a list, or the number of those of a name.
type listMask struct {
	path    *path
	order   bool
	names   map[string]*population
	samples map[string][]*node // of each request, the lists that were learned
}

// A population is what is known of the nodes of one name that come and go.
type population struct {
	example  *node
	shapes   map[uint64][]shape // of the values of a node, by its structure
	min, max int                // number in a list; -1 before the first
}

func nameOf(n *node) string { return n.sep + n.name }

// learn adds the nodes of a list.
func (l *listMask) learn(list *node, request string) {
	for name, p := range l.names {
		p.learn(list, name)
	}
	for _, known := range l.samples[request] {
		if known == list {
			return
		}
	}
	l.samples[request] = append(l.samples[request], list)
}

func (p *population) learn(list *node, name string) {
	n := 0
	for _, k := range list.kids {
		if nameOf(k) == name {
			p.add(k)
			n++
		}
	}
	if p.min < 0 { // the first list
		p.min = n
	}
	p.min, p.max = min(p.min, n), max(p.max, n)
}

func (p *population) add(n *node) {
	values := n.values(nil)
	shapes := p.shapes[n.bones]
	if shapes == nil {
		shapes = make([]shape, len(values))
	}
	grown := make([]shape, len(values))
	for i, v := range values {
		grown[i] = shapes[i].with(v)
	}
	p.shapes[n.bones] = grown
}

// values appends the values below a node.
func (n *node) values(all []string) []string {
	if n.kind.value() {
		return append(all, n.text)
	}
	for _, k := range n.kids {
		all = k.values(all)
	}
	return all
}

// including returns the population with the nodes of one more list of the baseline.
func (p *population) including(list *node, name string) *population {
	grown := &population{shapes: map[uint64][]shape{}, min: p.min, max: p.max}
	for bones, shapes := range p.shapes {
		grown.shapes[bones] = shapes
	}
	grown.learn(list, name)
	return grown
}

// accepts reports whether a node has the structure of one that is known, with values of
// their shapes.
func (p *population) accepts(n *node) bool {
	shapes, known := p.shapes[n.bones]
	if !known {
		return false
	}
	for i, v := range n.values(nil) {
		if !shapes[i].accepts(v) {
			return false
		}
	}
	return true
}

// inRange reports whether a list has about as many nodes of a name as those that were
// learned.
func (p *population) inRange(list *node, name string) (n int, ok bool) {
	for _, k := range list.kids {
		if nameOf(k) == name {
			n++
		}
	}
	return n, n <= 2*p.max+2 && n >= p.min/2 && (n > 0 || p.min == 0)
}

// fixed returns the sums of the nodes that all answers to a request have: these do not
// come and go.
func (l *listMask) fixed(of func(*node) uint64) map[uint64]bool {
	all := map[uint64]bool{}
	for _, lists := range l.samples {
		counts := map[uint64]int{}
		for _, list := range lists {
			for sum := range sumsOf(list, of) {
				counts[sum]++
			}
		}
		for sum, n := range counts {
			if n == len(lists) {
				all[sum] = true
			}
		}
	}
	return all
}

func sumsOf(list *node, of func(*node) uint64) map[uint64]bool {
	all := map[uint64]bool{}
	for _, k := range list.kids {
		all[of(k)] = true
	}
	return all
}
