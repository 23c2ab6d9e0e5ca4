package differ

import "maps"

// A listMask masks the order of the nodes of a list, or the number of those of a name.
type listMask struct {
	path   *path
	order  bool
	names  map[string]*population
	states []state
}

// A state is the data at which a list was learned: its lists are from the same request
// on equal data.
type state struct {
	answers map[string]bool
	lists   []*node
}

// A population is what is known of the nodes of one name that come and go.
type population struct {
	example  *node
	shapes   map[uint64][]shape // of the values of a node, by its structure
	min, max int                // number in a list; -1 before the first
}

func nameOf(n *node) string { return n.sep + n.name }

// learn adds the lists of two answers on equal data.
func (l *listMask) learn(a, b *node, answerA, answerB string) {
	for name, p := range l.names {
		p.learn(a, name)
		p.learn(b, name)
	}
	s := l.state(answerA, answerB)
	s.add(a, answerA)
	s.add(b, answerB)
}

// mostStates limits the states that are kept; the oldest one is dropped.
const mostStates = 24

// state returns the state of which one of two answers is known, or a new one.
func (l *listMask) state(answerA, answerB string) *state {
	for i, s := range l.states {
		if s.answers[answerA] || s.answers[answerB] {
			return &l.states[i]
		}
	}
	if len(l.states) == mostStates {
		l.states = l.states[1:]
	}
	l.states = append(l.states, state{answers: map[string]bool{}})
	return &l.states[len(l.states)-1]
}

// mostLists limits the lists that are kept of a state.
const mostLists = 12

func (s *state) add(list *node, answer string) {
	if !s.answers[answer] && len(s.lists) < mostLists {
		s.answers[answer], s.lists = true, append(s.lists, list)
	}
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

// fixed returns for each sum how many nodes with it a list has at least: these do not
// come and go. They are in all lists of a state, and not in only some of another.
func (l *listMask) fixed(of sum) map[uint64]int {
	all, come := map[uint64]int{}, map[uint64]bool{}
	for _, s := range l.states {
		for sum, n := range s.least(of) {
			if n > 1 { // nodes that cannot be told apart come in a varying number
				n = max(1, n/2)
			}
			all[sum], come[sum] = max(all[sum], n), come[sum] || n == 0
		}
	}
	maps.DeleteFunc(all, func(sum uint64, _ int) bool { return come[sum] })
	return all
}

// least returns the smallest number of nodes with each sum in the lists of a state.
func (s state) least(of sum) map[uint64]int {
	least, lists := map[uint64]int{}, make([]map[uint64]int, len(s.lists))
	for i, list := range s.lists {
		lists[i] = sumsOf(list.kids, of)
		maps.Copy(least, lists[i])
	}
	for sum := range least {
		for _, list := range lists {
			least[sum] = min(least[sum], list[sum])
		}
	}
	return least
}

// sumsOf counts the nodes of each sum.
func sumsOf(nodes []*node, of sum) map[uint64]int {
	all := make(map[uint64]int, len(nodes))
	for _, n := range nodes {
		all[of(n)]++
	}
	return all
}
