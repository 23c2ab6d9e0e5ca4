package differ

import (
	"maps"
	"slices"
)

// shuffled reports whether two lists of the same side have the same nodes in another
// order. Those that also vary by themselves are recognized by their sum, or their words.
func shuffled(a, b *node, coupled []couple, neutral sum) bool {
	if a.kind == record {
		return false
	}
	for _, by := range []sum{exact, neutral} {
		restA, restB := uncommon(coupled, by)
		if moved(a.kids, b.kids, restA, restB, by) {
			return true
		}
	}
	restA, restB := uncommon(coupled, exact)
	return len(restA)*len(restB) <= mostPairs && movedAlike(coupled, restA, restB) >= 2
}

// uncommon returns the nodes that are not coupled to one of the same sum.
func uncommon(coupled []couple, by sum) (a, b []*node) {
	for _, c := range coupled {
		if c.a != nil && c.b != nil && by(c.a) == by(c.b) {
			continue
		}
		if c.a != nil {
			a = append(a, c.a)
		}
		if c.b != nil {
			b = append(b, c.b)
		}
	}
	return a, b
}

// moved reports whether a node with text, of which there is only one in each list, is in
// both but at another place.
func moved(a, b, restA, restB []*node, by sum) bool {
	inA, inB, elsewhere := sumsOf(a, by), sumsOf(b, by), sumsOf(restB, by)
	return slices.ContainsFunc(restA, func(n *node) bool {
		sum := by(n)
		return elsewhere[sum] > 0 && inA[sum] == 1 && inB[sum] == 1 && hasText(n)
	})
}

func hasText(n *node) bool {
	return n.kind.value() && letters(n.text) > 0 || slices.ContainsFunc(n.kids, hasText)
}

// movedAlike returns the number of nodes that have more words in common with a node at
// another place than with the one at their own. Words that all nodes have do not count.
func movedAlike(coupled []couple, restA, restB []*node) (n int) {
	bags := telling(append(slices.Clone(restA), restB...))
	likeness := func(a, b *node) int { return shared(bags[a], bags[b]) }
	for _, c := range coupled {
		if c.a == nil || c.b != nil && c.a.hash == c.b.hash {
			continue
		}
		here := 0
		if c.b != nil {
			here = likeness(c.a, c.b)
		}
		best, only := closest(c.a, restB, likeness)
		back, onlyBack := closest(best, restA, likeness)
		if only && onlyBack && back == c.a && likeness(c.a, best) > here {
			n++
		}
	}
	return n
}

// shortestWord is the length from which two words are hardly equal by chance.
const shortestWord = 3

// telling returns the words of each node that not all of them have.
func telling(nodes []*node) map[*node]map[string]int {
	in, all := map[string]int{}, map[*node]map[string]int{}
	for _, n := range nodes {
		all[n] = count(n.words(nil))
		for w := range all[n] {
			in[w]++
		}
	}
	for _, bag := range all {
		maps.DeleteFunc(bag, func(w string, _ int) bool { return len(w) < shortestWord || in[w] == len(nodes) })
	}
	return all
}

func shared(a, b map[string]int) (n int) {
	for w, k := range a {
		n += min(k, b[w])
	}
	return n
}

// closest returns the node that is most like another, and whether it is the only one.
func closest(to *node, of []*node, likeness func(a, b *node) int) (best *node, only bool) {
	most := 0
	for _, o := range of {
		switch l := likeness(to, o); {
		case l > most:
			best, only, most = o, true, l
		case l == most:
			only = false
		}
	}
	return best, only
}

// inAnyOrder couples the nodes of two lists whose order does not count: equal ones, then
// those of equal sums, then those that are most alike.
func inAnyOrder(a, b *node, alikeSum sum) (all []couple) {
	restA, restB := slices.Clone(a.kids), slices.Clone(b.kids)
	for _, by := range []sum{exact, alikeSum} {
		if by != nil {
			restA, restB = take(&all, restA, restB, by)
		}
	}
	return append(all, greedy(restA, restB)...)
}

// take couples nodes with equal sums, and returns the others.
func take(all *[]couple, a, b []*node, by sum) (restA, restB []*node) {
	waiting := map[uint64][]*node{}
	for _, n := range b {
		waiting[by(n)] = append(waiting[by(n)], n)
	}
	taken := map[*node]bool{}
	for _, n := range a {
		same := waiting[by(n)]
		if len(same) == 0 {
			restA = append(restA, n)
			continue
		}
		*all, waiting[by(n)], taken[same[0]] = append(*all, couple{n, same[0]}), same[1:], true
	}
	for _, n := range b {
		if !taken[n] {
			restB = append(restB, n)
		}
	}
	return restA, restB
}

// greedy couples each node with the most similar one that is left.
func greedy(a, b []*node) (all []couple) {
	if len(a)*len(b) > mostCells {
		return inTurn(a, b)
	}
	likeness := alike(len(a)*len(b) <= mostPairs)
	for _, n := range a {
		best := -1
		for i, o := range b {
			if l := likeness(n, o); l > 0 && (best < 0 || l > likeness(n, b[best])) {
				best = i
			}
		}
		if best < 0 {
			all = append(all, couple{n, nil})
			continue
		}
		all = append(all, couple{n, b[best]})
		b = slices.Delete(slices.Clone(b), best, best+1)
	}
	for _, o := range b {
		all = append(all, couple{nil, o})
	}
	return all
}
