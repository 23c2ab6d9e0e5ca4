package parity

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A serialization looks for the order in which the steps of a sequence came, some of them at the same
// time: one in which they are answered alike one after the other (Wing and Gong, Testing and Verifying
// Concurrent Objects, 1993). Each order that was tried tells by its conflicts, which are steps with
// other answers, what to try next: an answer depends on the writes before it.
type serialization struct {
	batches  [][]int
	writes   []bool // of each step
	orders   [][]int
	complete bool // orders are all
	tried    []triedOrder
	refuted  map[string]bool // steps after some writes, with another answer; see after
}

type triedOrder struct {
	order     []int // see serialOrders
	conflicts []int // steps, in that order
}

func newSerialization(q trial.Sequence, answered []trial.Exchange) *serialization {
	s := &serialization{batches: numbered(batches(q)), refuted: map[string]bool{}}
	for _, step := range q {
		s.writes = append(s.writes, writes(step.Request))
	}
	s.orders, s.complete = serialOrders(q, answered)
	return s
}

// add notes what an order has shown.
func (s *serialization) add(order, conflicts []int) {
	s.tried = append(s.tried, triedOrder{order, conflicts})
	slices.SortStableFunc(s.tried, func(a, b triedOrder) int { return cmp.Compare(len(a.conflicts), len(b.conflicts)) })
	for step, after := range s.after(order) {
		if slices.Contains(conflicts, step) {
			s.refuted[after] = true
		}
	}
}

// after yields the steps of an order, each with a text that names it and the writes before it.
func (s *serialization) after(order []int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		writes := ""
		for _, step := range order {
			if !yield(step, fmt.Sprint(step, " after", writes)) {
				return
			}
			if s.writes[step] {
				writes += fmt.Sprint(" ", step)
			}
		}
	}
}

// next returns the order to try: the likeliest one, one near that with the fewest conflicts, or any
// other. It returns nil if none is left.
func (s *serialization) next() []int {
	if likeliest := s.orders[0]; !s.has(likeliest) {
		return likeliest
	}
	for _, t := range s.tried {
		for order := range s.near(t) {
			if !s.has(order) && !s.isRefuted(order) {
				return order
			}
		}
	}
	if i := slices.IndexFunc(s.orders, func(order []int) bool { return !s.has(order) }); i >= 0 {
		return s.orders[i]
	}
	return nil
}

func (s *serialization) has(order []int) bool {
	return slices.ContainsFunc(s.tried, func(t triedOrder) bool { return slices.Equal(t.order, order) })
}

// isRefuted reports whether a step of an order comes after the same writes as in one that was tried,
// where it had another answer.
func (s *serialization) isRefuted(order []int) bool {
	for _, after := range s.after(order) {
		if s.refuted[after] {
			return true
		}
	}
	return false
}

// near yields orders that may have fewer conflicts: with a batch in another order, which is that of
// the first conflict or else of the victim, and then each one before that conflict, the latest first.
func (s *serialization) near(t triedOrder) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if len(t.conflicts) == 0 {
			return
		}
		first, last := batchOf(s.batches, t.conflicts[0]), len(s.batches)-1
		for _, n := range append([]int{first, last}, countdown(first)...) {
			for order := range s.reordered(t.order, n) {
				if !yield(order) {
					return
				}
			}
		}
	}
}

// batchOf returns the number of the batch of a step.
func batchOf(batches [][]int, step int) int {
	return slices.IndexFunc(batches, func(b []int) bool { return slices.Contains(b, step) })
}

// countdown returns the numbers below n, the highest first.
func countdown(n int) (all []int) {
	for n--; n >= 0; n-- {
		all = append(all, n)
	}
	return all
}

// mostReordered is the number of orders of a batch that are looked at.
const mostReordered = 120

// reordered yields an order with its n-th batch in other orders. What comes after the victim does not
// matter, and is left out.
func (s *serialization) reordered(order []int, n int) iter.Seq[[]int] {
	from := 0
	for _, b := range s.batches[:n] {
		from += len(b)
	}
	last, victim := n == len(s.batches)-1, order[len(order)-1]
	end := min(from+len(s.batches[n]), len(order))
	batch, rest := slices.Clone(order[from:end]), order[end:]
	if last {
		batch = append(batch, slices.DeleteFunc(slices.Clone(s.batches[n]), func(step int) bool { return slices.Contains(batch, step) })...)
	}
	return func(yield func([]int) bool) {
		looked := 0
		for p := range permuted(batch) {
			if looked++; looked > mostReordered || !yield(untilVictim(slices.Concat(order[:from], p, rest), victim)) {
				return
			}
		}
	}
}

// untilVictim returns an order up to the victim.
func untilVictim(order []int, victim int) []int { return order[:slices.Index(order, victim)+1] }
