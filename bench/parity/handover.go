package parity

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

// handOverShare is the part of the time that is left for a finding's graver form: a quarter.
const handOverShare = 4

// handOver looks for the graver form of a finding by one visitor: another visitor gets a value of
// the first one, or is let in after it. The search for the shortest sequence has made one visitor
// of two where the answer was still wrong.
func (h *hunt) handOver(ctx context.Context, f *found) error {
	if f.kind != result.KindLifetime || !f.shrunk.Minimal || f.last.main().Stuck {
		return nil
	}
	within, cancel := context.WithTimeoutCause(ctx, h.left(ctx)/handOverShare, errSpent)
	defer cancel()
	for _, q := range slices.Concat(byTwo(f.trial.Baseline), servedAgain(f.trial.Baseline)) {
		g := new(form)
		shows, err := h.showsGraver(within, q, f, g)
		if err != nil {
			return err
		}
		if shows {
			return h.shortenGraver(within, f, g)
		}
	}
	return nil
}

// shortenGraver makes sure that each request of a graver form is needed, and keeps the form.
func (h *hunt) shortenGraver(ctx context.Context, f *found, g *form) (err error) {
	q := g.best
	g.shrunk, err = order.Shrink(ctx, q, len(q)-1, func(ctx context.Context, q trial.Sequence) (bool, error) {
		return h.showsGraver(ctx, q, f, g)
	}, h.shrinking(q, g.trial.Baseline))
	if err != nil || !g.shrunk.Minimal {
		return err
	}
	if len(g.last.leaks) > 0 {
		f.graver, f.open = g, "" // see confirm
	} else if g.shrunk.Shown == g.shrunk.Repeated {
		f.graver = g
	}
	return nil
}

// showsGraver reports whether a sequence shows a finding with a value of another visitor, or lets
// in a visitor that the baseline refuses.
func (h *hunt) showsGraver(ctx context.Context, q trial.Sequence, f *found, g *form) (bool, error) {
	got, t, err := h.probe(ctx, q, f.clue, f.how())
	if err != nil || !got.found() || len(visitorsAmong(q)) < 2 {
		return false, err
	}
	last := len(q) - 1
	lets := got.same(f.clue) && admitted(t.Baseline[last].Answer, t.Candidate[last].Answer)
	if len(got.leaks) == 0 && !lets {
		return false, nil
	}
	h.seeing.Lock()
	defer h.seeing.Unlock()
	g.see(q, t, got)
	return true, nil
}

// byTwo returns a run by one visitor with another one as the victim, who also sends what its last
// request needs: the forms with their fields, and then what sets its cookies. There is none if
// that leaves nothing to the first visitor.
func byTwo(run []trial.Exchange) (forms []trial.Sequence) {
	q, last := stepsOfRun(run), len(run)-1
	if len(visitorsAmong(q)) > 1 || concurrent(q) {
		return nil
	}
	fields, cookies := order.Needs(run, visitor.Fields)
	seen := map[string]bool{}
	for _, needs := range [][][]int{fields, joined(fields, cookies)} {
		two := handedOver(q, withNeeds(needs, last))
		if key := keyOf(two); len(visitorsAmong(two)) == 2 && !seen[key] {
			seen[key] = true
			forms = append(forms, two)
		}
	}
	return forms
}

// servedAgain returns the victim's request of a run by one visitor, with all that it needs, and the
// same request by another one without the cookies: a cache may serve all visitors the answer to the
// first one. There is none if the request sends no cookies that the run has set.
func servedAgain(run []trial.Exchange) (forms []trial.Sequence) {
	q, last := stepsOfRun(run), len(run)-1
	if len(visitorsAmong(q)) > 1 || concurrent(q) {
		return nil
	}
	fields, cookies := order.Needs(run, visitor.Fields)
	without, with := withNeeds(fields, last), withNeeds(joined(fields, cookies), last)
	if len(with) > len(without) {
		forms = append(forms, slices.Concat(by(0, partOf(run, with)), by(1, partOf(run, without))))
	}
	return forms
}

// handedOver returns a sequence of the first visitor with some steps by the second one.
func handedOver(q trial.Sequence, steps []int) trial.Sequence {
	two := slices.Clone(q)
	for i := range two {
		two[i].Visitor = btoi(slices.Contains(steps, i))
	}
	return two
}

// visitorsAmong returns the visitors of a sequence.
func visitorsAmong(q trial.Sequence) map[int]bool {
	all := map[int]bool{}
	for _, s := range q {
		all[s.Visitor] = true
	}
	return all
}
