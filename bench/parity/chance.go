package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// Limits of the search for chance.
const (
	mostChance  = 0.003 // probability with which a difference may still be chance
	mostTrials  = 60    // of a finding, until it is left open
	leastTrials = 3     // without the difference, until time explains it; more if it does not show each time
	surelyShown = 0.99  // probability with which it would have shown in these
)

// byChance returns the probability that, of a number of sent requests, all those that showed a
// difference were sent to the candidate, if it shows as often in the others: shown of sent
// requests, and none of others (the hypergeometric distribution).
func byChance(shown, sent, others int) float64 {
	p := 1.0
	for i := range shown {
		p *= float64(sent-i) / float64(sent+others-i)
	}
	return p
}

// A tally counts what speaks for a difference: requests to the candidate that showed it, and
// others that did not and would if it came by chance.
type tally struct{ shown, sent, others int }

func (t tally) byChance() bool { return byChance(t.shown, t.sent, t.others) > mostChance }

// certain sends the requests of a finding to both sides until chance explains it no more. Both
// sides get them in step, so that time explains nothing either: a page that was kept for a
// second is another one for a baseline that takes longer.
func (h *hunt) certain(ctx context.Context, f *found) error {
	so, tries, shown := h.tallied(f), trialsOf(f), 0
	for n := 0; ; n++ {
		switch {
		case !so.byChance() && (shown > 0 || !f.timed()):
			return nil
		case f.timed() && shown == 0 && n >= tries:
			f.explained = true
			h.warn("findings", "%s answered %s differently only as long as it got the requests at other times than the baseline: at %s, “%s” instead of “%s”",
				h.name, named(f.victim().Request), f.last.main().Place, f.last.main().Got, f.last.main().Want)
			return nil
		case n >= mostTrials:
			f.open = f.tooFew()
			return nil
		}
		o, err := h.again(ctx, f, shown > 0)
		switch {
		case err != nil:
			f.open = f.tooFew()
			return err
		case f.explained:
			return nil
		case o.varies:
			so = tally{} // it was noise until now, and more of it is known
		}
		f.shrunk.Repeated++
		f.shrunk.Shown += btoi(o.shows)
		so.sent, so.shown, so.others, shown = so.sent+1, so.shown+btoi(o.shows), so.others+btoi(o.asked), shown+btoi(o.shows)
	}
}

// A repetition is what another trial of a finding told.
type repetition struct {
	shows  bool // the difference
	asked  bool // the baseline got the requests, too
	varies bool // it differs from itself at the place of the difference
}

// again sends the requests of a finding in step. If time is no reason any more, the candidate
// alone gets them where the answers of a slow baseline are known.
func (h *hunt) again(ctx context.Context, f *found, timed bool) (o repetition, err error) {
	if timed && len(h.pair.memory.of(f.best, h.pair.canaries)) >= enoughRuns {
		o.shows, err = h.shows(ctx, f.best, f.clue, f.how())
		return o, err
	}
	return h.inStep(ctx, f)
}

func (f *found) tooFew() string {
	return fmt.Sprintf("%d of %d times, too few to tell a difference from chance", f.shrunk.Shown, f.shrunk.Repeated)
}

// trialsOf returns in how many trials a finding has to show.
func trialsOf(f *found) int {
	return max(leastTrials, order.Repeats(f.shrunk.Rate(), surelyShown))
}

// tallied returns what the search has shown. The first sight of a difference counts, too, unless
// it is the one that showed it among several.
func (h *hunt) tallied(f *found) tally {
	first := btoi(!f.chosen)
	t := tally{f.shrunk.Shown + first, f.shrunk.Repeated + first, f.shrunk.Gone + btoi(f.kind == result.KindLifetime)} // see showsFresh
	switch known := h.pair.memory.of(f.best, h.pair.canaries); {
	case concurrent(f.best):
		t.others += len(h.serials[keyOf(f.best)]) + len(h.atOnce[keyOf(f.best)])
	case len(known) > 0:
		t.others += len(known)
	default:
		t.others += 2 * f.shrunk.Shown // see lookAt
	}
	return t
}

// inStep sends the requests of a finding to both sides in step. The finding is explained if the
// baseline now gives its answer, or one that is as different.
func (h *hunt) inStep(ctx context.Context, f *found) (o repetition, err error) {
	h.probes.Add(1)
	h.progress()
	t, err := h.pair.playInStep(ctx, f.best, f.how())
	if err != nil {
		return o, err
	}
	last, known, again := len(f.best)-1, [][]trial.Exchange{f.trial.Baseline}, t.Baseline
	if concurrent(f.best) {
		h.keepAtOnce(keyOf(f.best), t.Baseline)
		known = h.serials[keyOf(f.best)]
		if again, err = h.pair.expected(ctx, serial(f.best)); err != nil {
			return o, err
		}
	}
	o.asked, o.varies = true, h.judge.clue(last, trial.Trial{Baseline: known[0], Candidate: again}).same(f.clue)
	h.judge.learnLast(known[0], again)
	known = slices.Concat(known, [][]trial.Exchange{again})
	f.explained = !h.judge.clue(last, f.trial, known...).same(f.clue)
	o.shows = h.judge.clue(last, t, known...).same(f.clue)
	return o, nil
}
