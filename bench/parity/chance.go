package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// certain sends the requests of a finding to both sides until neither chance nor time explains it.
// Both sides get them in step, so that time explains nothing either: a page that was kept for a
// second is another one for a baseline that takes longer.
func (h *hunt) certain(ctx context.Context, f *found) error {
	for c := h.confirmation(f); ; {
		if decided := c.ruling(); decided != undecided {
			h.rule(f, decided)
			return nil
		}
		o, err := h.again(ctx, f, c.alone())
		if err != nil {
			h.leaveOpen(f)
			return err
		}
		f.count(o)
		c.add(o)
	}
}

// confirmation returns one that begins with what the search has shown.
func (h *hunt) confirmation(f *found) *confirmation {
	return &confirmation{tally: h.tallied(f), timed: f.timed(), tries: trialsOf(f)}
}

// rule ends the confirmation of a finding.
func (h *hunt) rule(f *found, decided ruling) {
	f.explained = decided == isNoise || decided == isTiming
	switch decided {
	case isTiming:
		d := f.last.main()
		h.warn("findings", "%s answered %s differently only as long as it got the requests at other times than the baseline: at %s, “%s” instead of “%s”",
			h.name, named(f.victim().Request), d.Place, d.Got, d.Want)
	case isUnproved:
		h.leaveOpen(f)
	}
}

// leaveOpen ends the confirmation of a finding that nothing has proved: unless the place varies by
// itself in ways that are not all known, and the difference shows in less than half of the trials.
func (h *hunt) leaveOpen(f *found) {
	varies := h.judge.variedAt(f.victim().Request, f.clue) > 0
	if f.explained = varies && 2*f.shrunk.Shown < f.shrunk.Repeated; !f.explained {
		f.open = f.tooFew()
	}
}

// count adds a trial to the rate of the finding.
func (f *found) count(o repetition) {
	f.shrunk.Repeated++
	f.shrunk.Shown += btoi(o.shows)
}

// again sends the requests of a finding in step, or to the candidate alone where the answers of a
// slow baseline are known.
func (h *hunt) again(ctx context.Context, f *found, alone bool) (o repetition, err error) {
	if alone && len(h.pair.memory.of(f.best, h.pair.canaries)) >= enoughRuns {
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
// it is the one that showed it among several. Nothing counts if the baseline has differed from itself
// meanwhile: that was learned, and may be what the candidate showed before.
func (h *hunt) tallied(f *found) tally {
	if h.judge.variedAt(f.victim().Request, f.clue) > f.varied {
		return tally{}
	}
	first := btoi(!f.chosen)
	t := tally{f.shrunk.Shown + first, f.shrunk.Repeated + first, f.shrunk.Gone + btoi(f.kind == result.KindLifetime)} // see showsFresh
	switch known := h.pair.memory.of(f.best, h.pair.canaries); {
	case concurrent(f.best):
		t.others = len(h.atOnce[keyOf(f.best)]) // a race of the baseline shows in no other run
	case len(known) > 0:
		t.others += len(known)
	default:
		t.others += 2 * f.shrunk.Shown // see lookAt
	}
	return t
}

// inStep sends the requests of a finding to both sides in step.
func (h *hunt) inStep(ctx context.Context, f *found) (o repetition, err error) {
	h.probes.Add(1)
	h.progress()
	t, err := h.pair.playInStep(ctx, f.best, f.how())
	if err != nil {
		return o, err
	}
	known, again := [][]trial.Exchange{f.trial.Baseline}, t.Baseline
	if concurrent(f.best) {
		h.keepAtOnce(keyOf(f.best), t.Baseline)
		serials := h.serials[keyOf(f.best)]
		known = runsOf(serials)
		if again, err = h.inOrder(ctx, f.best, serials[0].order); err != nil {
			return o, err
		}
	}
	o = h.judge.repetition(f, t, known, again)
	o.noise = o.noise || h.judge.rivals(f, t.Baseline)
	return o, nil
}

// repetition reads a trial of a finding. Known are earlier runs of the baseline, and again is a
// new one, from which it learns.
func (j *judge) repetition(f *found, t trial.Trial, known [][]trial.Exchange, again []trial.Exchange) repetition {
	last := len(f.best) - 1
	o := repetition{asked: true, varies: j.clue(last, trial.Trial{Baseline: known[0], Candidate: again}).same(f.clue)}
	j.learnLast(known[0], again)
	known = slices.Concat(known, [][]trial.Exchange{again})
	o.noise = !j.clue(last, f.trial, known...).same(f.clue)
	o.shows = j.clue(last, t, known...).same(f.clue)
	return o
}
