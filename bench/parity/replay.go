package parity

import (
	"cmp"
	"context"
	"fmt"

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
	learned, err := h.learnSequence(ctx, serial(q), nil)
	if err != nil {
		return err
	}
	h.changed(learned[0][len(q)-1])
	if err = h.markVisitors(ctx, nil); err != nil {
		return err
	}
	h.marked = true
	for range max(2, order.Repeats(cmp.Or(h.plan.ReplayRate, 1), replayConfidence)) {
		if err = h.try(ctx, q); err != nil {
			return err
		}
		if len(h.findings) > 0 {
			return h.finish(ctx) // a cause is looked for at last, also if the search took too long
		}
	}
	return nil
}

// changed notes that the baseline does not answer the victim as it did when the difference
// was found: two pages of errors may be equal, and the difference still be there.
func (h *hunt) changed(victim trial.Exchange) {
	if got, want := victim.Answer.Status, h.plan.ReplayWant; want != 0 && got != want {
		h.reasons = append(h.reasons, fmt.Sprintf("%s answers %s with status %d, and did with %d when the difference was found: the finding may be of another program or other data",
			h.pair.baseline.candidate.Name, named(victim.Sent), got, want))
	}
}
