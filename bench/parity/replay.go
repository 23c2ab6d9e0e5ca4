package parity

import (
	"context"

	"github.com/classibench/classibench/bench/parity/trial"
)

// replay tries a single sequence, whose last step is the victim.
func (h *hunt) replay(ctx context.Context, q trial.Sequence) error {
	h.enter("replay")
	if err := h.check(ctx); err != nil {
		return err
	}
	if err := h.learnSequence(ctx, serial(q)); err != nil {
		return err
	}
	return h.try(ctx, q)
}
