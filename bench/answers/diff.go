package answers

import "slices"

// A match is a run of n tokens that two lists share, from a in one and b in the other.
type match struct{ a, b, n int }

// mostEdits bounds the work of a comparison: texts that are further apart have only
// their ends in common.
const mostEdits = 500

// matches returns the runs of tokens that two lists have in common, in order: a longest
// common subsequence, after Myers' O(ND) algorithm (DOI 10.1007/BF01840446).
func matches(a, b []string) []match {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	all := []match{{0, 0, head}}
	for _, m := range middle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		all = append(all, match{m.a + head, m.b + head, m.n})
	}
	all = append(all, match{len(a) - tail, len(b) - tail, tail})
	return slices.DeleteFunc(all, func(m match) bool { return m.n == 0 })
}

// middle are the matches of lists that begin and end differently; none if they are too
// far apart.
func middle(a, b []string) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	// furthest[k] is how far, in a, a path on diagonal k = x - y came; trace keeps it for
	// each number of edits, so that the path can be followed back.
	furthest := map[int]int{1: 0}
	var trace []map[int]int
	for d := 0; d <= min(mostEdits, len(a)+len(b)); d++ {
		next := make(map[int]int, d+1)
		for k := -d; k <= d; k += 2 {
			x := step(furthest, k, d)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			if next[k] = x; k == len(a)-len(b) && x >= len(a) {
				return follow(trace, d, len(a), len(b))
			}
		}
		trace, furthest = append(trace, next), next
	}
	return nil
}

// before is the diagonal from which the d-th edit leads to diagonal k: the one above
// drops a token of b, the one below a token of a.
func before(furthest map[int]int, k, d int) int {
	if k == -d || k != d && furthest[k-1] < furthest[k+1] {
		return k + 1
	}
	return k - 1
}

// step is where a path comes to diagonal k with its d-th edit.
func step(furthest map[int]int, k, d int) int {
	from := before(furthest, k, d)
	if from < k {
		return furthest[from] + 1
	}
	return furthest[from]
}

// follow goes a path of d edits back from its end, and returns its matches in order.
func follow(trace []map[int]int, d, x, y int) (all []match) {
	for ; d > 0; d-- {
		k := x - y
		begin := step(trace[d-1], k, d)
		all = append(all, match{begin, begin - k, x - begin})
		from := before(trace[d-1], k, d)
		x = trace[d-1][from]
		y = x - from
	}
	all = append(all, match{0, 0, x})
	slices.Reverse(all)
	return all
}
