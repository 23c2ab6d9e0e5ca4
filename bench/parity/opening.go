package parity

import (
	"context"
	"time"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// Parts of the budget.
const (
	openingShare = 0.4 // for a run of the opening, which may be cut to as many requests as there are
	slowShare    = 10  // a tenth: if a run would take longer, the baseline is slow
)

// open begins with a sequence that shows most in the fewest requests, if the baseline is slow:
// there is time for few. It sends it to both sides, follows up on what differs, and sends it once
// more to the baseline. What then differs from both runs is no noise. It returns the runs, as far
// as both go; none if the baseline is not slow.
func (h *hunt) open(ctx context.Context) ([][]trial.Exchange, error) {
	q := order.Opening(h.plan.Requests)
	t, err := h.pair.playUntil(ctx, q, &follower{wrong: h.cutting(len(q))})
	if err != nil {
		return nil, err
	}
	if h.slowBaseline = h.isSlow(t.Baseline, len(q)); !h.slowBaseline {
		return nil, nil
	}
	if err := h.fails(t.Baseline); err != nil {
		return nil, err
	}
	q = q[:len(t.Baseline)]
	if err := h.separateAtOnce(ctx, t); err != nil {
		return nil, err
	}
	if err := h.suspect(ctx, q, t); err != nil {
		return nil, err
	}
	if err := h.due(ctx); err != nil {
		return nil, err
	}
	again, err := h.openAgain(ctx, q, t)
	if err != nil {
		return nil, err
	}
	n := len(again)
	return [][]trial.Exchange{t.Baseline[:n], again}, h.judged(ctx, q[:n], trial.Trial{Baseline: t.Baseline[:n], Candidate: t.Candidate[:n]})
}

// isSlow reports whether a number of requests takes the baseline a large part of the budget,
// if they take as long as those of a run.
func (h *hunt) isSlow(run []trial.Exchange, of int) bool {
	return took(run)/time.Duration(len(run))*time.Duration(of) > h.plan.budget()/slowShare
}

// leastTimed is the number of requests that tell whether the baseline is slow.
const leastTimed = 2

// cutting ends the opening if the baseline is not slow, or after its time, but not before each
// request was sent once.
func (h *hunt) cutting(of int) func(trial.Trial, int) bool {
	began, share := time.Now(), time.Duration(openingShare*float64(h.plan.budget()))
	return func(t trial.Trial, step int) bool {
		if !h.isSlow(t.Baseline, of) {
			return step+1 >= leastTimed
		}
		return time.Since(began) > share && sentAll(t.Baseline[:step+1], len(h.plan.Requests))
	}
}

// sentAll reports whether the first visitor has sent a number of requests.
func sentAll(run []trial.Exchange, n int) bool { return len(visit(run)) >= n }

// visit returns what the first visitor sent.
func visit(run []trial.Exchange) (all []trial.Exchange) {
	for _, e := range run {
		if e.Step.Visitor == 0 {
			all = append(all, e)
		}
	}
	return all
}

// openAgain sends the opening to the baseline again. It ends with a step of the candidate that
// differs from both runs and is not known.
func (h *hunt) openAgain(ctx context.Context, q trial.Sequence, t trial.Trial) ([]trial.Exchange, error) {
	learning, first, second := h.judge.begin(), h.judge.begin(), h.judge.begin()
	f := &follower{trial: trial.Trial{Candidate: t.Candidate}, wrong: func(now trial.Trial, step int) bool {
		learning.learn(t.Baseline, now.Baseline, step)
		c := first.clue(t, step)
		return c.found() && second.clue(now, step).found() && !h.isKnown(q, c)
	}}
	h.pair.baseline.seen = f.baseline
	defer func() { h.pair.baseline.seen = nil }()
	again, err := h.pair.again(ctx, q, t.Baseline)
	if err == nil {
		h.judge.learn(ctx, t.Baseline, again)
	}
	return again, err
}

// revisit looks again at what was found before values carried tokens: they tell whose value an
// answer shows.
func (h *hunt) revisit(ctx context.Context) error {
	h.marked = true
	for _, f := range h.findings {
		if f.candidate != h.name || f.concluded {
			continue
		}
		got, t, err := h.look(ctx, f.best, f.clue, f.how())
		if err != nil {
			return err
		}
		if got.found() && got.same(f.clue) {
			f.trial, f.last = t, got
		}
		if err := h.conclude(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
