package parity

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// serially sends a sequence to the baseline without anything at the same time, in one order
// after the other, until a step of a trial has no such difference from any of them. It returns
// what then still differs.
func (h *hunt) serially(ctx context.Context, q trial.Sequence, t trial.Trial, step int, differs func(clue) bool) (clue, error) {
	key, orders := fmt.Sprint(q), serialOrders(q)
	for {
		known := h.serials[key] // more than one of each order would only make more answers right
		got := h.judge.clue(step, t, known...)
		if len(known) == len(orders) || len(known) > 0 && !differs(got) {
			return got, nil
		}
		run, err := h.inOrder(ctx, q, orders[len(known)])
		if err != nil {
			return got, err
		}
		h.serials[key] = append(known, run)
	}
}

// inOrder sends the steps of a sequence to the baseline one after the other, and returns the
// exchanges in the order of the sequence.
func (h *hunt) inOrder(ctx context.Context, q trial.Sequence, order []int) ([]trial.Exchange, error) {
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
	return sorted, nil
}

// serialOrders returns orders of the steps of a sequence: as they are, with the last batch
// reversed, and with its last step, the victim, at each other place in it. The program may have
// got it there: a number that the program gives to each request tells.
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
	reversed := slices.Clone(same)
	slices.Reverse(reversed[from:])
	all = [][]int{same, reversed}
	for at := from; at < n-1 && n-from > 2; at++ {
		all = append(all, slices.Insert(slices.Clone(same[:n-1]), at, n-1))
	}
	return all
}

// Numbers of serial orders in which a difference is looked for before it counts as one of
// requests at the same time.
const (
	asGiven   = 2
	byShuffle = 4
)

// shuffled returns a sequence without anything at the same time: as it is, and with the
// steps of each batch in other orders, since the program may have got them in another one.
// The last step stays the last.
func shuffled(q trial.Sequence, seed int64) (all []trial.Sequence) {
	r := rand.New(rand.NewPCG(uint64(seed), uint64(len(q))))
	for n := range asGiven + byShuffle {
		var s trial.Sequence
		for _, batch := range batches(q[:len(q)-1]) {
			batch = serial(batch)
			if n >= asGiven {
				r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
			}
			s = append(s, batch...)
		}
		all = append(all, append(s, serial(q[len(q)-1:])...))
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
