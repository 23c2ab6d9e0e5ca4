package parity

import (
	"context"
	"errors"

	"github.com/classibench/classibench/bench/parity/trial"
)

// openLanes makes pairs ready for probes at the same time, beside the one that the hunt has.
// Each has data of its own. Nothing is started before it is needed.
func (h *hunt) openLanes(ctx context.Context, candidate int) error {
	h.lanes = make(chan *pair, max(1, h.plan.Lanes))
	h.lanes <- h.pair
	for range cap(h.lanes) - 1 {
		all, err := h.plan.Sides(ctx)
		if err != nil {
			return err
		}
		lane := h.newPair(all[0], all[1+candidate], h.pair.memory)
		lane.baseline.known, lane.candidate.known = true, true // they answer in the first lane, which is used before
		h.lanes <- lane
	}
	return nil
}

// closeLanes stops the programs of all lanes.
func (h *hunt) closeLanes() error {
	var errs []error
	for range len(h.lanes) {
		errs = append(errs, (<-h.lanes).stop())
	}
	return errors.Join(errs...)
}

// parallel returns the number of probes of a sequence at the same time. Requests that are
// sent at the same time have the machine for themselves: others would change their turns.
func (h *hunt) parallel(q trial.Sequence) int {
	if concurrent(q) {
		return 1
	}
	return cap(h.lanes)
}

// probe looks at a sequence in the next lane that is free.
func (h *hunt) probe(ctx context.Context, q trial.Sequence, c clue, how trial.How) (clue, trial.Trial, error) {
	p := <-h.lanes
	defer func() { h.lanes <- p }()
	if p != h.pair { // whose canaries the other lanes read
		p.canaries = h.pair.canaries
	}
	return h.lookAt(ctx, p, q, c, how)
}
