package parity

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Numbers of serial orders that are tried: for a probe of a search, for a new clue, and before
// a difference counts as one of requests at the same time.
const (
	probeOrders = 6
	clueOrders  = 24
	allOrders   = 120
)

// serialOrders returns the orders in which the steps of a sequence may have come one after the
// other, up to the last one, the victim: at most allOrders, the likeliest first. It reports
// whether these are all that matter to the victim. An order lists numbers of steps.
func serialOrders(q trial.Sequence) (all [][]int, complete bool) {
	groups := numbered(batches(q))
	for order := range enumerated(groups) {
		if all = append(all, order); len(all) > allOrders {
			return sampled(groups), false
		}
	}
	return all, true
}

// numbered returns the numbers of the steps of each batch.
func numbered(groups []trial.Sequence) (all [][]int) {
	n := 0
	for _, g := range groups {
		numbers := make([]int, len(g))
		for i := range numbers {
			numbers[i] = n + i
		}
		all, n = append(all, numbers), n+len(g)
	}
	return all
}

// enumerated yields all orders that matter. The one as given is the first.
func enumerated(groups [][]int) iter.Seq[[]int] {
	last := len(groups) - 1
	return func(yield func([]int) bool) {
		for before := range concatenated(groups[:last]) {
			for batch := range upToLast(groups[last]) {
				if !yield(slices.Concat(before, batch)) {
					return
				}
			}
		}
	}
}

// concatenated yields each way to put each group in some order.
func concatenated(groups [][]int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if len(groups) == 0 {
			yield(nil)
			return
		}
		for rest := range concatenated(groups[1:]) {
			for first := range permuted(groups[0]) {
				if !yield(slices.Concat(first, rest)) {
					return
				}
			}
		}
	}
}

// permuted yields the permutations of some numbers, as they are first.
func permuted(numbers []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if len(numbers) == 0 {
			yield(nil)
			return
		}
		for i, first := range numbers {
			for rest := range permuted(slices.Delete(slices.Clone(numbers), i, i+1)) {
				if !yield(append([]int{first}, rest...)) {
					return
				}
			}
		}
	}
}

// upToLast yields what may come before the last step of a batch, and that step: all of the others
// as given, none, and then each choice of them in each order.
func upToLast(batch []int) iter.Seq[[]int] {
	others, victim := batch[:len(batch)-1], batch[len(batch)-1]
	return func(yield func([]int) bool) {
		if !yield(batch) {
			return
		}
		for before := range chosen(others) {
			if !slices.Equal(before, others) && !yield(append(before, victim)) {
				return
			}
		}
	}
}

// chosen yields each choice of some numbers in each order, none first.
func chosen(numbers []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if !yield(nil) {
			return
		}
		for i, first := range numbers {
			for rest := range chosen(slices.Delete(slices.Clone(numbers), i, i+1)) {
				if !yield(append([]int{first}, rest...)) {
					return
				}
			}
		}
	}
}

// sampled returns some orders of which there are too many: as given, with fewer steps of the last
// batch before the victim, and others at random, the same each time.
func sampled(groups [][]int) (all [][]int) {
	last := groups[len(groups)-1]
	before, victim, others := slices.Concat(groups[:len(groups)-1]...), last[len(last)-1], last[:len(last)-1]
	for at := len(others); at >= 0; at-- {
		all = append(all, slices.Concat(before, others[:at], []int{victim}))
	}
	r := rand.New(rand.NewPCG(uint64(len(before)), uint64(len(last))))
	for len(all) < allOrders {
		var order []int
		for _, g := range groups {
			g = slices.Clone(g)
			r.Shuffle(len(g), func(i, j int) { g[i], g[j] = g[j], g[i] })
			order = append(order, g...)
		}
		all = append(all, order[:slices.Index(order, victim)+1])
	}
	return all
}
