package parity

import (
	"context"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// joinsStuck reports whether a repeated value has the cause of an earlier finding: the first request
// of that one fixes it, too, such as a clock that a whole program reads once. Then its step is another
// victim of that finding.
func (h *hunt) joinsStuck(ctx context.Context, q trial.Sequence, c clue) (bool, error) {
	step := q[len(q)-1]
	for _, f := range h.findings {
		if f.candidate != h.name || !f.last.main().Stuck || len(f.best) < 2 || len(q) < 2 {
			continue
		}
		shared, err := h.fixes(ctx, f, step, c)
		if err != nil {
			return false, err
		}
		if shared {
			f.join(step, c)
			return true, nil
		}
	}
	return false, nil
}

// fixes reports whether the first request of a finding fixes a value that a step shows after a pause.
func (h *hunt) fixes(ctx context.Context, f *found, step trial.Step, c clue) (bool, error) {
	h.probes.Add(1)
	h.progress()
	step.Pause = max(step.Pause, f.best[len(f.best)-1].Pause, h.plan.clockPause()) + h.plan.tick()
	t, err := h.pair.playInStep(ctx, trial.Sequence{f.best[0], step}, trial.How{})
	if err != nil {
		return false, err
	}
	at := func(i int, place differ.Place) differ.Exposure {
		return differ.Exposure{Baseline: t.Baseline[i], Candidate: t.Candidate[i], Place: place}
	}
	return h.judge.shared(at(0, f.last.main().Place), at(1, c.main().Place)), nil
}
