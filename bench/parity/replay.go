package parity

import (
	"cmp"
	"context"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// replayConfidence is the probability with which a difference that shows in some
// repetitions only is seen again.
const replayConfidence = 0.99

// requestsOf returns the requests of a sequence.
func requestsOf(q trial.Sequence) (all []trial.Request) {
	for _, s := range q {
		all = append(all, s.Request)
	}
	return all
}

// replay tries a single sequence, whose last step is the victim, until its difference
// shows: at least twice, since a value may repeat in each life only.
func (h *hunt) replay(ctx context.Context) error {
	h.enter("replay")
	if err := h.check(ctx); err != nil {
		return err
	}
	q := h.plan.Replay
	if g := h.plan.ReplayGrows; g != nil {
		return h.resoak(ctx, requestsOf(q), *g)
	}
	if _, err := h.learnSequence(ctx, serial(q), nil); err != nil {
		return err
	}
	if err := h.markVisitors(ctx); err != nil {
		return err
	}
	for range max(2, order.Repeats(cmp.Or(h.plan.ReplayRate, 1), replayConfidence)) {
		if err := h.try(ctx, q); err != nil {
			return err
		}
		if len(h.findings) > 0 {
			return h.finish(ctx) // a cause is looked for at last, also if the search took too long
		}
	}
	return nil
}
