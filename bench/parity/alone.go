package parity

import (
	"context"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// An attempt is a sequence that was sent to both sides.
type attempt struct {
	q trial.Sequence
	t trial.Trial
}

// tryAlone sends each request alone to both sides, as far as the time allows. What differs
// is not known before it is learned what varies.
func (h *hunt) tryAlone(ctx context.Context) error {
	h.enter("alone")
	end := time.Now().Add(h.left(ctx) / aloneShare)
	for q := range h.plans[0].Sequences {
		if len(h.tried) > 0 && time.Now().After(end) {
			break
		}
		t, err := h.pair.play(ctx, q, trial.How{})
		if err != nil {
			return err
		}
		h.tried = append(h.tried, attempt{q, t})
		h.progress()
	}
	return nil
}

// learnAlone sends those that differ to the baseline again.
func (h *hunt) learnAlone(ctx context.Context) error {
	var learned []attempt
	for _, a := range h.tried {
		if len(h.judge.clues(ctx, a.t)) == 0 {
			continue
		}
		if len(learned) == 0 {
			if err := h.pair.baseline.stop(); err != nil { // so that its port is another one
				return err
			}
		}
		if err := wait(ctx, h.plan.tick()-time.Since(a.t.Baseline[0].Answer.At)); err != nil {
			return err
		}
		again, err := h.pair.expected(ctx, a.q)
		if err != nil {
			return err
		}
		h.judge.learn(ctx, a.t.Baseline, again)
		learned = append(learned, a)
	}
	return nil
}

// compareAlone compares the answers to requests that were sent alone. Those that differ are
// sent again, since values carry tokens now.
func (h *hunt) compareAlone(ctx context.Context) error {
	for _, a := range h.tried {
		if err := h.compare(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (h *hunt) compare(ctx context.Context, a attempt) error {
	clues := h.judge.clues(ctx, a.t)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case len(clues) > 0:
		return h.try(ctx, a.q)
	}
	h.compared(a.q, a.t)
	return h.examineStuck(ctx, a.q, a.t)
}
