package parity

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// shorter returns a short form of a sequence that shows a clue, if one does: bisection would send
// long ones to a slow baseline first. Each form is sent to the candidate, and to the baseline only
// if the answer may be wrong.
func (h *hunt) shorter(ctx context.Context, q trial.Sequence, t trial.Trial, c clue) (trial.Sequence, trial.Trial, clue, error) {
	if !h.slowBaseline || concurrent(q) {
		return q, t, c, nil
	}
	forms := muchShorter(shortForms(t, c), len(q))
	short, again, _, err := h.firstToShow(ctx, forms, c, time.Duration(suspectShare*float64(h.plan.budget())))
	if err != nil || short == nil {
		return q, t, c, err
	}
	c.step = len(short) - 1
	return short, again, c, nil
}

// muchShorter returns the forms of at most half of a number of requests, the shortest first.
func muchShorter(forms []trial.Sequence, n int) (all []trial.Sequence) {
	for _, q := range forms {
		if 2*len(q) <= n {
			all = append(all, q)
		}
	}
	slices.SortStableFunc(all, func(a, b trial.Sequence) int { return cmp.Compare(len(a), len(b)) })
	return all
}
