package differ

import "slices"

// shuffled reports whether two lists of the same side have the same nodes in another
// order. Those that also vary by themselves are recognized by their words.
func shuffled(a, b *node, coupled []couple) bool {
	if a.kind == record {
		return false
	}
	restA, restB := uncommon(coupled)
	if movedExactly(a.kids, b.kids, restA, restB) {
		return true
	}
	return len(restA)*len(restB) <= mostPairs && movedAlike(coupled, restB) >= 2
}

// uncommon returns the nodes that are not coupled to an equal one.
func uncommon(coupled []couple) (a, b []*node) {
	for _, c := range coupled {
		if c.a != nil && c.b != nil && c.a.hash == c.b.hash {
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

// movedExactly reports whether a node with text, of which there is only one in each
// list, is in both but at another place.
func movedExactly(a, b, restA, restB []*node) bool {
	return slices.ContainsFunc(restA, func(n *node) bool {
		same := func(o *node) bool { return o.hash == n.hash }
		return slices.ContainsFunc(restB, same) && hasText(n) && single(a, same) && single(b, same)
	})
}

func single(all []*node, ok func(*node) bool) bool {
	i := slices.IndexFunc(all, ok)
	return i >= 0 && !slices.ContainsFunc(all[i+1:], ok)
}

func hasText(n *node) bool {
	return n.kind.value() && letters(n.text) > 0 || slices.ContainsFunc(n.kids, hasText)
}

// movedAlike returns the number of nodes that are clearly more like another node than
// like the one at their place.
func movedAlike(coupled []couple, restB []*node) (n int) {
	likeness := alike(true)
	for _, c := range coupled {
		if c.a == nil || c.b != nil && c.a.hash == c.b.hash {
			continue
		}
		here := 1.0
		if c.b != nil {
			here = likeness(c.a, c.b)
		}
		if slices.ContainsFunc(restB, func(o *node) bool { l := likeness(c.a, o); return l >= 1.6 && l >= here+0.2 }) {
			n++
		}
	}
	return n
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
