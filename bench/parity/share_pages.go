package parity

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// separatePages makes sure that pages of the baseline neither show values that were sent to the
// candidate alone nor change by them. They are read at once, and again later, when the candidate
// has ended: a page may be kept for a second, and a program may write when it ends.
func (h *hunt) separatePages(ctx context.Context, pages trial.Sequence, c *visitor.Canaries) error {
	d, err := differ.New(h.plan.Ignore)
	if err != nil {
		return err
	}
	before, err := h.afresh(ctx, pages, c)
	if err != nil {
		return err
	}
	w, began := unseen(c, before), time.Now()
	sent, err := h.pair.candidate.more(ctx, written(h.plan.Requests, w), trial.How{}, c)
	if err != nil {
		return err
	}
	check := &pageCheck{hunt: h, differ: d, canaries: c, writer: w, took: time.Since(began)}
	for _, check.ended = range []bool{false, true} {
		after, err := check.read(ctx, pages)
		if err != nil {
			return err
		}
		for i, e := range after {
			if seen := crossed(c, w, before[i].Answer, e.Answer); seen != "" {
				return h.shared(sent, w, e, seen)
			}
			if len(d.Compare(e.Step.Request, before[i].Answer, e.Answer)) > 0 {
				check.suspects = append(check.suspects, e.Step)
			}
		}
		if err := check.confirm(ctx); err != nil {
			return err
		}
	}
	return nil
}

// afresh reads pages of the baseline when the data of both sides were restored: either command may
// restore data of both.
func (h *hunt) afresh(ctx context.Context, pages trial.Sequence, c *visitor.Canaries) ([]trial.Exchange, error) {
	if err := h.restore(ctx); err != nil {
		return nil, err
	}
	return h.pair.baseline.more(ctx, pages, trial.How{}, c)
}

// restore restores the data of both sides, one after the other: if both have the same data, commands
// at the same time would disturb each other.
func (h *hunt) restore(ctx context.Context) error {
	if err := h.pair.baseline.refresh(ctx); err != nil {
		return cause(ctx, err)
	}
	return cause(ctx, h.pair.candidate.refresh(ctx))
}

// sharedRounds is how often a page has to change with requests to the candidate, and not to change
// without them: once can be chance.
const sharedRounds = 3

// A pageCheck tells whether pages of the baseline change by requests to the candidate.
type pageCheck struct {
	*hunt
	differ   *differ.Differ // masks of the judge do not count: if data are shared, it has learned that they vary
	canaries *visitor.Canaries
	writer   int
	took     time.Duration  // by the requests that write
	ended    bool           // pages are read when the candidate has ended
	suspects trial.Sequence // pages that changed
	seen     differ.Difference
}

// read reads pages of the baseline.
func (p *pageCheck) read(ctx context.Context, pages trial.Sequence) ([]trial.Exchange, error) {
	if p.ended {
		if err := errors.Join(wait(ctx, p.plan.tick()), p.pair.candidate.stop()); err != nil {
			return nil, cause(ctx, err)
		}
	}
	return p.pair.baseline.more(ctx, pages, trial.How{}, p.canaries)
}

// confirm looks again at the pages that are suspect. Most of them vary by themselves, so the first
// round has half of the time that is left.
func (p *pageCheck) confirm(ctx context.Context) error {
	within, cancel := context.WithTimeoutCause(ctx, p.left(ctx)/2, errSpent)
	defer cancel()
	for n := range sharedRounds {
		if len(p.suspects) == 0 {
			return nil
		}
		err := p.round(within, n)
		if spent(err) && n == 0 && ctx.Err() == nil {
			p.suspects = nil
			return nil
		}
		if err != nil {
			p.unconfirmed(n)
			return err
		}
		within = ctx
	}
	if len(p.suspects) == 0 {
		return nil
	}
	return p.sharedPage(p.suspects[0].Request, p.seen)
}

// unconfirmed warns of a page that was suspect after some rounds, when the time was spent.
func (p *pageCheck) unconfirmed(rounds int) {
	if base := p.pair.baseline.candidate.Name; rounds > 0 {
		p.warn("data", "%s and %s may share their data: the answer of %s to %s changed after requests to %s only, and there was no time to repeat that: give more time with --budget",
			base, p.name, base, named(p.suspects[0].Request), p.name)
	}
}

// round reads the suspect pages twice without requests that write, which tells what varies by
// itself, and once with them. It keeps the pages that only then changed.
func (p *pageCheck) round(ctx context.Context, n int) error {
	phase := time.Duration(n) * p.plan.tick() / sharedRounds // an age in seconds must not change at the same moment of each round
	var runs [3][]trial.Exchange
	for i := range runs {
		var err error
		if runs[i], err = p.reread(ctx, phase, i == 2, p.writer+1+n); err != nil {
			return err
		}
		if i > 0 || p.ended { // which waits, too
			continue
		}
		if err := wait(ctx, p.plan.tick()); err != nil {
			return err
		}
	}
	for i, e := range runs[0] {
		p.differ.Learn(e.Step.Request, e.Answer, runs[1][i].Answer)
	}
	p.keep(runs[1], runs[2])
	return nil
}

// keep keeps the suspects that differ between two runs, both times that they were read.
func (p *pageCheck) keep(without, with []trial.Exchange) {
	var kept trial.Sequence
	for i, page := range p.suspects {
		first, again := p.compare(without[i], with[i]), p.compare(without[len(p.suspects)+i], with[len(p.suspects)+i])
		if len(first) == 0 || len(again) == 0 {
			continue
		}
		if kept = append(kept, page); len(kept) == 1 {
			p.seen = first[0]
		}
	}
	p.suspects = kept
}

func (p *pageCheck) compare(want, got trial.Exchange) []differ.Difference {
	if want.Answer.Failure+got.Answer.Failure != "" {
		return nil
	}
	return p.differ.Compare(want.Step.Request, want.Answer, got.Answer)
}

// reread restores the data, lets the writer write to the candidate or waits as long as that takes,
// and reads the suspect pages twice.
func (p *pageCheck) reread(ctx context.Context, phase time.Duration, write bool, writer int) ([]trial.Exchange, error) {
	if err := p.restore(ctx); err != nil {
		return nil, err
	}
	if err := wait(ctx, phase); err != nil {
		return nil, err
	}
	if write {
		if _, err := p.pair.candidate.more(ctx, written(p.plan.Requests, writer), trial.How{}, p.canaries); err != nil {
			return nil, err
		}
	} else if err := wait(ctx, p.took); err != nil {
		return nil, err
	}
	return p.read(ctx, slices.Concat(p.suspects, p.suspects))
}
