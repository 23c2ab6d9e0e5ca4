package differ

import (
	"github.com/classibench/classibench/internal/align"
)

// A couple is a node of each side at the same place; one of them is nil if the other
// has none.
type couple struct{ a, b *node }

// A sum is a function that is equal for nodes without a difference.
type sum func(*node) uint64

func exact(n *node) uint64 { return n.hash }

// couples aligns the nodes of two lists: equal ones first, then those of equal sums,
// then in order those that are most alike.
func couples(a, b *node, alike sum) []couple {
	if a.kind == record || b.kind == record {
		return byName(a.kids, b.kids)
	}
	return inOrder(a.kids, b.kids, []sum{exact, alike})
}

// byName couples nodes of the same name and index.
func byName(a, b []*node) (all []couple) {
	type place struct {
		name  string
		index int
	}
	rest := make(map[place]*node, len(b))
	for _, n := range b {
		rest[place{n.name, n.index}] = n
	}
	for _, n := range a {
		at := place{n.name, n.index}
		all = append(all, couple{n, rest[at]})
		delete(rest, at)
	}
	for _, n := range b {
		if rest[place{n.name, n.index}] == n {
			all = append(all, couple{nil, n})
		}
	}
	return all
}

// inOrder couples the longest common subsequence by the first sum, and what is between
// by the next one.
func inOrder(a, b []*node, by []sum) (all []couple) {
	if len(a) == 1 && len(b) == 1 && nameOf(a[0]) == nameOf(b[0]) {
		return []couple{{a[0], b[0]}}
	}
	if len(by) == 0 || len(a) == 0 || len(b) == 0 {
		return mostAlike(a, b)
	}
	if by[0] == nil {
		return inOrder(a, b, by[1:])
	}
	i, j := 0, 0
	for _, r := range append(align.Runs(sums(a, by[0]), sums(b, by[0])), align.Run{A: len(a), B: len(b)}) {
		all = append(all, inOrder(a[i:r.A], b[j:r.B], by[1:])...)
		for k := range r.N {
			all = append(all, couple{a[r.A+k], b[r.B+k]})
		}
		i, j = r.A+r.N, r.B+r.N
	}
	return all
}

func sums(nodes []*node, of sum) []uint64 {
	all := make([]uint64, len(nodes))
	for i, n := range nodes {
		all[i] = of(n)
	}
	return all
}

// Limits of the work for two lists. mostPairs limits the pairs of nodes whose words are
// compared, mostCells those that are compared at all: in longer lists nodes of one name are
// coupled in their order.
const (
	mostPairs = 1600
	mostCells = 250_000
)

// mostAlike couples nodes of the same name in order, so that their words have the most
// in common.
func mostAlike(a, b []*node) (all []couple) {
	if len(a)*len(b) > mostCells {
		return inTurn(a, b)
	}
	best := table(a, b)
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].name == b[j].name && a[i].sep == b[j].sep && best[i][j].both:
			all = append(all, couple{a[i], b[j]})
			i, j = i+1, j+1
		case best[i+1][j].score >= best[i][j+1].score:
			all = append(all, couple{a[i], nil})
			i++
		default:
			all = append(all, couple{nil, b[j]})
			j++
		}
	}
	for ; i < len(a); i++ {
		all = append(all, couple{a[i], nil})
	}
	for ; j < len(b); j++ {
		all = append(all, couple{nil, b[j]})
	}
	return all
}

// inTurn couples the nodes of each name in their order, in one pass over both lists.
func inTurn(a, b []*node) (all []couple) {
	next := map[uint64][]*node{}
	for _, n := range b {
		next[n.step] = append(next[n.step], n)
	}
	for _, n := range a {
		c := couple{a: n}
		if others := next[n.step]; len(others) > 0 {
			c.b, next[n.step] = others[0], others[1:]
		}
		all = append(all, c)
	}
	for _, n := range b {
		if others := next[n.step]; len(others) > 0 && others[0] == n {
			all, next[n.step] = append(all, couple{b: n}), others[1:]
		}
	}
	return all
}

type cell struct {
	score float64 // of the best alignment from here
	both  bool    // which couples both nodes
}

// table computes the best alignments of all ends of two lists, from the last.
func table(a, b []*node) [][]cell {
	likeness := alike(len(a)*len(b) <= mostPairs)
	all := make([][]cell, len(a)+1)
	for i := range all {
		all[i] = make([]cell, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			c := cell{score: max(all[i+1][j].score, all[i][j+1].score)}
			if l := likeness(a[i], b[j]); l > 0 && l+all[i+1][j+1].score >= c.score {
				c = cell{l + all[i+1][j+1].score, true}
			}
			all[i][j] = c
		}
	}
	return all
}

// alike returns a function that rates two nodes: 0 if they are no couple, up to 2 for
// the same words. Without words, only names and structure count. Nodes of a name that is
// repeated are no couple if neither their structure nor most of their words are the same.
func alike(byWords bool) func(a, b *node) float64 {
	bags := map[*node]map[string]int{}
	bag := func(n *node) map[string]int {
		if bags[n] == nil {
			bags[n] = count(n.words(nil))
		}
		return bags[n]
	}
	return func(a, b *node) float64 {
		l := 1.0
		switch {
		case a.name != b.name || a.sep != b.sep:
			return 0
		case byWords:
			l += common(bag(a), bag(b))
		case a.bones == b.bones:
			l = 1.5
		}
		if a.bones != b.bones && max(a.of, b.of) > 1 && l < 1.5 {
			return 0
		}
		return l
	}
}

func count(words []string) map[string]int {
	all := make(map[string]int, len(words))
	for _, w := range words {
		if !blank(w) {
			all[w]++
		}
	}
	return all
}

// common returns the share of words that two nodes have in common.
func common(a, b map[string]int) float64 {
	both, total := 0, 0
	for w, n := range a {
		both, total = both+min(n, b[w]), total+n
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 1
	}
	return 2 * float64(both) / float64(total)
}
