package parity

import (
	"cmp"
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
// other, up to the last one, the victim: at most allOrders, the likeliest first, as their answers tell. It
// reports whether these are all that matter to the victim. An order lists numbers of steps.
func serialOrders(q trial.Sequence, answered []trial.Exchange) (all [][]int, complete bool) {
	groups := numbered(batches(q))
	ranks := newArrivals(q, groups, answered).ranks()
	sortByRank(groups, ranks)
	all = [][]int{likeliestOrder(groups, ranks)}
	for order := range enumerated(groups) {
		if slices.Equal(order, all[0]) {
			continue
		}
		if all = append(all, order); len(all) > allOrders {
			return sampled(groups, all[0]), false
		}
	}
	return all, true
}

// sortByRank sorts the steps of each batch. The victim stays the last.
func sortByRank(groups [][]int, ranks []int) {
	for n, g := range groups {
		if n == len(groups)-1 {
			g = g[:len(g)-1]
		}
		slices.SortStableFunc(g, func(i, j int) int { return cmp.Compare(ranks[i], ranks[j]) })
	}
}

// likeliestOrder returns all steps that come before the victim by their ranks.
func likeliestOrder(groups [][]int, ranks []int) []int {
	last := len(groups) - 1
	order, batch := slices.Concat(groups[:last]...), groups[last]
	victim := batch[len(batch)-1]
	for _, i := range batch[:len(batch)-1] {
		if ranks[i] <= ranks[victim] {
			order = append(order, i)
		}
	}
	return append(order, victim)
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

// sampled returns some orders of which there are too many: the likeliest, with fewer and more steps of
// the last batch before the victim, and others at random, the same each time, which have more and more
// neighbours in the other order.
func sampled(groups [][]int, likeliest []int) [][]int {
	last := groups[len(groups)-1]
	before, victim, others := slices.Concat(groups[:len(groups)-1]...), last[len(last)-1], last[:len(last)-1]
	all := [][]int{likeliest}
	for at := len(others); at >= 0; at-- {
		if order := slices.Concat(before, others[:at], []int{victim}); !slices.Equal(order, likeliest) {
			all = append(all, order)
		}
	}
	r := rand.New(rand.NewPCG(uint64(len(before)), uint64(len(last))))
	for n := 0; len(all) < allOrders; n++ {
		order := swapped(groups, 1+n/swapsEach, r)
		all = append(all, order[:slices.Index(order, victim)+1])
	}
	return all[:allOrders]
}

// swapsEach is the number of orders at random with the same number of swaps.
const swapsEach = 16

// swapped returns the steps with some swaps of neighbours in a batch.
func swapped(groups [][]int, swaps int, r *rand.Rand) []int {
	var order, first []int // all steps, and those that may be swapped with the next one
	for _, g := range groups {
		for i := range len(g) - 1 {
			first = append(first, len(order)+i)
		}
		order = append(order, g...)
	}
	for range swaps {
		i := first[r.IntN(len(first))]
		order[i], order[i+1] = order[i+1], order[i]
	}
	return order
}
