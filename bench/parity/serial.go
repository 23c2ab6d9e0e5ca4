package parity

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// mostSerials is the number of sequences whose serial runs are kept.
const mostSerials = 32

// leastSerials is the number of new orders that are tried for a trial, also if many are known of
// other trials of its sequence.
const leastSerials = 2

// serially sends a sequence to the baseline without anything at the same time, in one order
// after the other, until a step of a trial has no such difference from any of them, or most
// were tried. It returns what then still differs, and whether no order is left.
func (h *hunt) serially(ctx context.Context, q trial.Sequence, t trial.Trial, differs func(clue) bool, most int) (c clue, all bool, err error) {
	key := keyOf(q)
	var s *serialization // nil until an order is needed
	for left := max(leastSerials, most-len(h.serials[key])); ; left-- {
		known := h.serials[key]
		c = h.judge.clue(len(q)-1, t, runsOf(known)...)
		if len(known) > 0 && !differs(c) {
			return c, false, nil
		}
		if s == nil {
			s = newSerialization(q, t.Candidate)
		}
		for _, run := range known[len(s.tried):] {
			s.add(run.order, h.judge.conflicts(t, run))
		}
		order := s.next()
		if order == nil || left == 0 {
			return c, order == nil && s.complete, nil
		}
		run, err := h.inOrder(ctx, q, order)
		if err != nil {
			return c, false, err
		}
		h.keepSerial(key, serialRun{order, run})
	}
}

// A serialRun is what the baseline answered to the steps of a sequence, one after the other.
type serialRun struct {
	order []int // see serialOrders
	run   []trial.Exchange
}

// runsOf returns the exchanges of serial runs.
func runsOf(all []serialRun) (runs [][]trial.Exchange) {
	for _, s := range all {
		runs = append(runs, s.run)
	}
	return runs
}

func (h *hunt) keepSerial(key string, s serialRun) {
	if len(h.serials[key]) == 0 && len(h.serials) >= mostSerials {
		clear(h.serials)
	}
	h.serials[key] = append(h.serials[key], s)
}

// conflicts returns the steps of a trial that were answered in another way than in a serial run.
func (j *judge) conflicts(t trial.Trial, s serialRun) (steps []int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	read := j.readAll(trial.Trial{Baseline: s.run, Candidate: t.Candidate})
	for _, i := range s.order {
		if j.least(i, read).found() {
			steps = append(steps, i)
		}
	}
	return steps
}

// inOrder sends steps of a sequence to the baseline one after the other, and returns the exchanges
// in the order of the sequence. Steps that are not in the order come after the victim, and have
// no answer.
func (h *hunt) inOrder(ctx context.Context, q trial.Sequence, order []int) ([]trial.Exchange, error) {
	var s trial.Sequence
	for _, i := range order {
		s = append(s, q[i])
	}
	got, err := h.pair.expected(ctx, serial(s))
	if err != nil {
		return nil, err
	}
	sorted := make([]trial.Exchange, len(q))
	for i, step := range q {
		sorted[i] = trial.Exchange{Step: step, Answer: trial.Answer{Failure: notSent}}
	}
	for at, i := range order {
		sorted[i] = got[at]
	}
	return sorted, nil
}

const notSent = "the request was not sent"

// keyOf tells sequences apart.
func keyOf(q trial.Sequence) string { return fmt.Sprint(q) }

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
