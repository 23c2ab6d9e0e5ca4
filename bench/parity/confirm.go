package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// calmTries is how often a difference is looked for with only the last batch at the same time.
const calmTries = 4

// calmed returns a sequence with only its last batch at the same time, and a trial of it, if the
// difference shows there: the orders of few steps can all be tried. It is not ok if there is
// one batch only, or the difference did not show.
func (h *hunt) calmed(ctx context.Context, q trial.Sequence, c clue) (calm trial.Sequence, t trial.Trial, ok bool, err error) {
	last := len(q) - len(batches(q)[len(batches(q))-1])
	if !concurrent(q[:last]) {
		return q, t, false, nil
	}
	calm = slices.Concat(serial(q[:last]), q[last:])
	for range calmTries {
		got, t, err := h.look(ctx, calm, c, trial.How{})
		if err != nil || got.found() && got.same(c) {
			return calm, t, err == nil, err
		}
	}
	return q, t, false, nil
}

// confirm looks for another reason of a finding: an order of requests that were sent at the same
// time, or chance. Until all was tried nothing can be told.
func (h *hunt) confirm(ctx context.Context, f *found) (err error) {
	f.open = ""
	switch {
	case f.best == nil:
	case f.kind == result.KindPort && !f.shrunk.Minimal:
		err = h.certain(ctx, f)
	case f.kind == result.KindConcurrency && concurrent(f.best):
		err = h.ordered(ctx, f)
	}
	return err
}

// ordered tries all orders in which the requests of a finding may have come one after the other.
// One that explains the answer is the end of the finding.
func (h *hunt) ordered(ctx context.Context, f *found) error {
	got, all, err := h.serially(ctx, f.best, f.trial, f.clue.same, allOrders)
	f.explained = err == nil && !(got.found() && got.same(f.clue))
	if !f.explained && !all {
		f.open = fmt.Sprintf("with %s under way at the same time, but not all orders in which they may have come were tried", requests(len(f.best)-1))
	}
	return err
}

// portRepeats is how often a fresh candidate gives a different answer before it counts, if there
// was no time for the search that repeats it anyway: two answers at random differ now and then.
const portRepeats = 6

// certain sends the requests of a finding to fresh candidates until chance is no reason any more.
func (h *hunt) certain(ctx context.Context, f *found) error {
	for f.shrunk.Shown < portRepeats {
		shows, err := h.shows(ctx, f.best, f.clue, f.how())
		if err != nil {
			f.open = fmt.Sprintf("%d of %d times, too few to tell a difference from chance", f.shrunk.Shown, f.shrunk.Repeated)
			return err
		}
		f.shrunk.Repeated++
		f.shrunk.Shown += btoi(shows)
		if !shows {
			steady, err := h.steady(ctx, f.best, f.trial, f.last, flickerRuns)
			f.explained = !steady
			return err
		}
	}
	return nil
}

// doubt is why nothing can be told by an open finding.
func (f *found) doubt() string {
	return fmt.Sprintf("%s answered %s differently %s: give more time with --budget", f.candidate, named(f.victim().Request), f.open)
}
