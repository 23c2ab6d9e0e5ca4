package answers

import "slices"

// A match is a run of n equal tokens in two lists, at index a in one and at b in
// the other.
type match struct{ a, b, n int }

// mostEdits limits the work of a comparison: texts with more differences have only
// their ends in common.
const mostEdits = 500

// matches returns the common runs of tokens of two lists, in order: a longest
// common subsequence, by Myers' O(ND) algorithm (DOI 10.1007/BF01840446).
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

// middle returns the matches of lists without common ends, or nil if they have too
// many differences.
func middle(a, b []string) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	// furthest[k] is the furthest index in a of a path on diagonal k = x - y. trace
	// keeps it for each number of edits, so that the path can be followed back.
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

// before returns the diagonal from which the d-th edit leads to diagonal k: the one
// above drops a token of b, the one below a token of a.
func before(furthest map[int]int, k, d int) int {
	if k == -d || k != d && furthest[k-1] < furthest[k+1] {
		return k + 1
	}
	return k - 1
}

// step returns the index in a at which a path reaches diagonal k with its d-th
// edit.
func step(furthest map[int]int, k, d int) int {
	from := before(furthest, k, d)
	if from < k {
		return furthest[from] + 1
	}
	return furthest[from]
}

// follow follows a path of d edits back from its end, and returns its matches in
// order.
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
