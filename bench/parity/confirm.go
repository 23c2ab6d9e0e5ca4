package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// confirm looks for another reason of a finding: an order of requests that were sent at the same
// time, the time between requests, or chance. Until all was tried nothing can be told.
func (h *hunt) confirm(ctx context.Context, f *found) error {
	f.open = ""
	switch {
	case f.best == nil:
		return nil
	case f.last.main().Stuck:
		return h.stillStuck(ctx, f)
	}
	if concurrent(f.best) {
		if err := h.ordered(ctx, f); err != nil || f.explained || f.open != "" {
			return err
		}
	}
	switch {
	case f.last.sent():
		return nil
	case len(f.last.leaks) > 0:
		return h.stillLeaks(ctx, f)
	}
	return h.certain(ctx, f)
}

// ordered tries all orders in which the requests of a finding may have come one after the other,
// and looks at the baseline's answers when they came at the same time. One that explains the
// answer is the end of the finding.
func (h *hunt) ordered(ctx context.Context, f *found) error {
	got, all, err := h.serially(ctx, f.best, f.trial, f.clue.same, allOrders)
	switch {
	case err != nil:
		f.open = fmt.Sprintf("with %s under way at the same time, but not all orders in which they may have come were tried", requests(len(f.best)-1))
	case !(got.found() && got.same(f.clue)):
		f.explained = true
	case !all:
		f.open = fmt.Sprintf("with %s under way at the same time, which may have come in too many orders to try all", requests(len(f.best)-1))
	default:
		return h.rivaled(ctx, f)
	}
	return err
}

// leastAtOnce is how often the baseline gets the requests of a finding at the same time.
const leastAtOnce = 3

// rivaled is the end of a finding if the baseline gives the same answer when it gets the requests
// at the same time: then the program has a race, or refuses one of two writers, as it did before.
func (h *hunt) rivaled(ctx context.Context, f *found) error {
	for key := keyOf(f.best); ; {
		runs := h.atOnce[key]
		for _, run := range runs {
			if h.judge.rivals(f, run) {
				f.explained = true
				h.warn("findings", "requests at the same time: the answer of %s to %s is the same as that of the baseline, and no order of the requests explains it: the program may have had a race before it was ported", h.name, named(f.victim().Request))
				return nil
			}
		}
		if len(runs) >= leastAtOnce {
			return nil
		}
		run, err := h.pair.expected(ctx, f.best)
		if err != nil {
			f.open = fmt.Sprintf("with %s under way at the same time, and the baseline did not get them in this way often enough", requests(len(f.best)-1))
			return err
		}
		f.clashes = f.clashes || fails(run)
		h.keepAtOnce(key, run)
	}
}

// rivals reports whether a run of the baseline ends with the same answer as the finding.
func (j *judge) rivals(f *found, run []trial.Exchange) bool {
	return !j.clue(len(f.best)-1, trial.Trial{Baseline: run, Candidate: f.trial.Candidate}).found()
}

// mostAtOnce is the number of runs of a sequence with requests at the same time that are kept.
const mostAtOnce = 16

// keepAtOnce keeps what the baseline answered to requests at the same time.
func (h *hunt) keepAtOnce(key string, run []trial.Exchange) {
	if len(h.atOnce) >= mostSerials && h.atOnce[key] == nil {
		clear(h.atOnce)
	}
	if len(h.atOnce[key]) < mostAtOnce {
		h.atOnce[key] = append(h.atOnce[key], run)
	}
}

// fewerTries is how often a difference is looked for with fewer requests at the same time.
const fewerTries = 3

// fewer returns a sequence with fewer requests at the same time, and a trial of it, if the
// difference shows there: the orders of few steps can all be tried. It is not ok if there are
// no fewer, or the difference did not show.
func (h *hunt) fewer(ctx context.Context, q trial.Sequence, c clue) (less trial.Sequence, t trial.Trial, ok bool, err error) {
	for _, less := range fewerAtOnce(q) {
		for range fewerTries {
			got, t, err := h.look(ctx, less, c, trial.How{})
			if err != nil || got.found() && got.same(c) {
				return less, t, err == nil, err
			}
		}
	}
	return q, t, false, nil
}

// fewerAtOnce returns forms of a sequence with fewer steps at the same time, the shortest first:
// the victim with one other step of its batch, the same after the steps before that batch,
// and all of its batch after those.
func fewerAtOnce(q trial.Sequence) (all []trial.Sequence) {
	groups := batches(q)
	batch := groups[len(groups)-1]
	before, victim := serial(q[:len(q)-len(batch)]), batch[len(batch)-1]
	var pairs []trial.Sequence
	for i, s := range batch[:len(batch)-1] {
		if !slices.ContainsFunc(batch[:i], func(o trial.Step) bool { return identity(o.Request) == identity(s.Request) }) {
			pairs = append(pairs, trial.Sequence{s, victim})
		}
	}
	for _, begin := range []trial.Sequence{nil, before} {
		for _, pair := range pairs {
			if n := len(begin) + 2; n < len(q) && (begin == nil || len(begin) > 0) {
				all = append(all, slices.Concat(begin, pair))
			}
		}
	}
	if concurrent(q[:len(before)]) {
		all = append(all, slices.Concat(before, batch))
	}
	return all
}

// doubt is why nothing can be told by an open finding.
func (f *found) doubt() string {
	return fmt.Sprintf("%s answered %s differently %s: give more time with --budget", f.candidate, named(f.victim().Request), f.open)
}

// timed reports whether a finding may be one of the time between requests.
func (f *found) timed() bool { return f.kind != result.KindConcurrency }
