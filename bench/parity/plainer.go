package parity

import (
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// hangs reports whether an answer is missing even if it gets more time, or is there but
// different.
func (h *hunt) hangs(ctx context.Context, q trial.Sequence, t trial.Trial, c clue) (bool, error) {
	if !hangs(t.Candidate[c.step].Answer) {
		return true, nil
	}
	h.limits.doubting(true)
	got, again, err := h.look(ctx, q, c, trial.How{})
	h.limits.doubting(false)
	if err != nil || got.same(c) {
		return got.same(c), err
	}
	h.limits.took(q[c.step].Request, again.Candidate[c.step].Answer.Took)
	return false, nil
}

// unpaused returns the sequence without pauses, or with short ones, if the difference does
// not need them.
func (h *hunt) unpaused(ctx context.Context, q trial.Sequence, c clue) (trial.Sequence, error) {
	for _, most := range []time.Duration{0, shortPause} {
		shorter, changed := slices.Clone(q), false
		for i := range shorter {
			shorter[i].Pause = min(q[i].Pause, most)
			changed = changed || shorter[i].Pause < q[i].Pause
		}
		if !changed {
			return q, nil
		}
		if shows, err := h.shows(ctx, shorter, c, trial.How{}); err != nil || shows {
			return shorter, err
		}
	}
	return q, nil
}

// connected returns the sequence over one connection, if the difference shows there.
func (h *hunt) connected(ctx context.Context, q trial.Sequence, c clue) (trial.Sequence, error) {
	if !slices.ContainsFunc(q, func(s trial.Step) bool { return s.Connect }) {
		return q, nil
	}
	one := slices.Clone(q)
	for i := range one {
		one[i].Connect = false
	}
	if shows, err := h.shows(ctx, one, c, trial.How{}); err != nil || shows {
		return one, err
	}
	return q, nil
}
