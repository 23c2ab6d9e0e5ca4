package parity

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// A hunt looks for differences of one candidate.
type hunt struct {
	*run
	pair         *pair
	lanes        chan *pair    // those that are free, pair among them
	seeing       sync.Mutex    // guards a finding while probes run at the same time
	name         string        // of the candidate
	plans        []order.Phase // the first one sends each request alone, if the baseline is not slow
	tried        []attempt     // of the first phase, while it is learned what varies
	phases       int           // that were begun
	slowBaseline bool          // the baseline: time is for few sequences only
	marked       bool          // values carry tokens as far as they can

	serials map[string][]serialRun        // see serially, by sequence
	atOnce  map[string][][]trial.Exchange // of the baseline with requests at the same time, by sequence
	life    trial.Trial                   // what was sent in this life and those before, the last exchanges
}

// hunt sends sequences until the budget is spent.
func (h *hunt) hunt(ctx context.Context) error {
	skip := len(h.tried)
	for _, phase := range h.plans {
		for q := range phase.Sequences {
			if skip--; skip >= 0 {
				continue
			}
			if err := h.step(ctx, phase.Name, q); err != nil {
				return err
			}
		}
	}
	return h.finish(ctx)
}

// step tries a sequence of a phase.
func (h *hunt) step(ctx context.Context, phase string, q trial.Sequence) error {
	if err := h.due(ctx); err != nil {
		return err
	}
	if err := h.next(ctx, phase); err != nil {
		return err
	}
	defer h.progress()
	return h.try(ctx, q)
}

// reserve is the part of the budget that is kept for findings that are not minimal yet.
const reserve = 3

// due finishes what was found, as soon as there is only the time for that.
func (h *hunt) due(ctx context.Context) error {
	if h.left(ctx) < h.plan.budget()/reserve {
		return h.finish(ctx)
	}
	return nil
}

// share returns a context for the search for a shortest sequence: three quarters of the time
// that is left for the first finding, a half for others. The search goes on at the end.
func (h *hunt) share(ctx context.Context) (context.Context, context.CancelFunc) {
	left := h.left(ctx)
	if len(h.findings) == 0 {
		return context.WithTimeoutCause(ctx, left*3/4, errSpent)
	}
	return context.WithTimeoutCause(ctx, left/2, errSpent)
}

// finish goes on with the searches that took too long when their findings came.
func (h *hunt) finish(ctx context.Context) error {
	defer func() { h.findings = slices.DeleteFunc(h.findings, func(f *found) bool { return f.explained }) }()
	for _, f := range slices.Clone(h.findings) {
		if f.candidate != h.name {
			continue
		}
		if !f.shrunk.Minimal && !f.finished {
			h.enter("shortest sequences")
			f.finished = true
			if err := h.shorten(ctx, f.best, f.trial.Baseline, f); err != nil {
				return err
			}
			if err := h.confirm(ctx, f); err != nil {
				return err
			}
			f.concluded = false
		}
		if f.concluded || f.explained {
			continue
		}
		if err := h.conclude(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// shortPhases are the phases of the plan whose sequences are short: what they show needs no
// long search.
const shortPhases = 2

// next begins a phase, if it is another one. After the short ones, clocks get time to go on:
// before requests at the same time, whose differences may need many repetitions.
func (h *hunt) next(ctx context.Context, phase string) error {
	if h.phase == phase {
		return nil
	}
	if h.phases++; h.phases == shortPhases+1 {
		h.enter("clock")
		if err := h.try(ctx, paused(h.plan.Requests, h.clockPause(min(h.limits.slowestAnswer(), h.plan.budget()/slowShare)))); err != nil {
			return err
		}
	}
	h.enter(phase)
	return nil
}

// try sends a sequence, and examines what differs. One that ended early, with a difference,
// is then sent again for the rest.
func (h *hunt) try(ctx context.Context, q trial.Sequence) error {
	for ends := 0; ; ends++ {
		t, err := h.playJudged(ctx, q, ends < mostEnds)
		if err != nil {
			return err
		}
		n := len(t.Baseline)
		if err := h.judged(ctx, q[:n], t); err != nil || n == len(q) {
			return err
		}
	}
}

// judged examines what differs in a trial.
func (h *hunt) judged(ctx context.Context, q trial.Sequence, t trial.Trial) error {
	clues := h.judge.clues(ctx, t)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	h.compared(q, t)
	for _, c := range clues {
		if h.isKnown(q, c) {
			continue
		}
		if err := h.examine(ctx, q, t, c); err != nil {
			return err
		}
	}
	return h.examineStuck(ctx, q, t)
}

// compared notes that the answers to a sequence were compared.
func (h *hunt) compared(q trial.Sequence, t trial.Trial) {
	h.coverage.Add(q)
	h.refusals.note(t.Baseline)
}

// isKnown reports whether a finding explains a clue: its victim is the same, at the same
// place, and its other requests were sent before.
func (h *hunt) isKnown(q trial.Sequence, c clue) bool {
	for _, f := range h.findings {
		if f.candidate == h.name && f.explains(q, c) {
			return true
		}
	}
	return false
}

// spent reports whether an error is the end of the budget.
func spent(err error) bool { return errors.Is(err, errSpent) }
