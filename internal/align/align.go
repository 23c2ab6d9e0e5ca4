// Package align finds the common parts of two lists.
package align

import "slices"

// A Run is a number of equal items in two lists, at index A in one and at B in the
// other.
type Run struct{ A, B, N int }

// mostEdits limits the work: lists with more differences have only their ends in
// common.
const mostEdits = 500

// Runs returns the common runs of two lists, in order: a longest common subsequence, by
// Myers' O(ND) algorithm (DOI 10.1007/BF01840446).
func Runs[T comparable](a, b []T) []Run {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	all := []Run{{0, 0, head}}
	for _, r := range middle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		all = append(all, Run{r.A + head, r.B + head, r.N})
	}
	all = append(all, Run{len(a) - tail, len(b) - tail, tail})
	return slices.DeleteFunc(all, func(r Run) bool { return r.N == 0 })
}

// A reach is the furthest index in a of a path, by its diagonal k = x - y from -d to d
// in steps of two: the path of k is at index (k+d)/2.
type reach []int

func (r reach) at(k int) int {
	d := len(r) - 1
	if k < -d || k > d {
		return -1
	}
	return r[(k+d)/2]
}

// middle returns the runs of lists without common ends, or nil if they have too many
// differences.
func middle[T comparable](a, b []T) []Run {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	// trace keeps the reach for each number of edits, so that the path can be followed
	// back.
	var trace []reach
	for d := 0; d <= min(mostEdits, len(a)+len(b)); d++ {
		next := make(reach, d+1)
		for k := -d; k <= d; k += 2 {
			x := step(trace, k, d)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			if next[(k+d)/2] = x; k == len(a)-len(b) && x >= len(a) {
				return follow(trace, d, len(a), len(b))
			}
		}
		trace = append(trace, next)
	}
	return nil
}

// before returns the diagonal from which the d-th edit leads to diagonal k: the one
// above drops an item of b, the one below an item of a.
func before(last reach, k, d int) int {
	if k == -d || k != d && last.at(k-1) < last.at(k+1) {
		return k + 1
	}
	return k - 1
}

// step returns the index in a at which a path reaches diagonal k with its d-th edit.
func step(trace []reach, k, d int) int {
	if d == 0 {
		return 0
	}
	last := trace[d-1]
	from := before(last, k, d)
	if from < k {
		return last.at(from) + 1
	}
	return last.at(from)
}

// follow follows a path of d edits back from its end, and returns its runs in order.
func follow(trace []reach, d, x, y int) (all []Run) {
	for ; d > 0; d-- {
		k := x - y
		begin := step(trace, k, d)
		all = append(all, Run{begin, begin - k, x - begin})
		from := before(trace[d-1], k, d)
		x = trace[d-1].at(from)
		y = x - from
	}
	all = append(all, Run{0, 0, x})
	slices.Reverse(all)
	return all
}
