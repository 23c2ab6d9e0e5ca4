package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// serially sends a sequence to the baseline without anything at the same time, in several
// orders: each step of the last batch is once its first and once its last one. It returns
// the exchanges in the order of q.
func (h *hunt) serially(ctx context.Context, q trial.Sequence) (all [][]trial.Exchange, err error) {
	key := fmt.Sprint(q)
	if known, ok := h.serials[key]; ok {
		return known, nil // more of them would only make more answers right
	}
	for _, order := range serialOrders(q) {
		var s trial.Sequence
		for _, i := range order {
			step := q[i]
			step.Batch = 0
			s = append(s, step)
		}
		got, err := h.pair.expected(ctx, s)
		if err != nil {
			return nil, err
		}
		sorted := make([]trial.Exchange, len(q))
		for at, i := range order {
			sorted[i] = got[at]
		}
		all = append(all, sorted)
	}
	h.serials[key] = all
	return all, nil
}

// serialOrders returns orders of the steps of a sequence: as they are, with the last batch
// reversed, and with its last step first.
func serialOrders(q trial.Sequence) (all [][]int) {
	n := len(q)
	from := n - 1
	for from > 0 && q[n-1].Batch != 0 && q[from-1].Batch == q[n-1].Batch {
		from--
	}
	same := make([]int, n)
	for i := range same {
		same[i] = i
	}
	reversed, first := slices.Clone(same), slices.Clone(same)
	slices.Reverse(reversed[from:])
	copy(first[from+1:], same[from:n-1])
	first[from] = n - 1
	all = [][]int{same, reversed}
	if n-from > 2 {
		all = append(all, first)
	}
	return all
}

// concurrent reports whether steps of a sequence are sent at the same time.
func concurrent(q trial.Sequence) bool {
	return slices.ContainsFunc(q, func(s trial.Step) bool { return s.Batch != 0 })
}

// serial returns the sequence with nothing sent at the same time.
func serial(q trial.Sequence) trial.Sequence {
	q = slices.Clone(q)
	for i := range q {
		q[i].Batch = 0
	}
	return q
}
