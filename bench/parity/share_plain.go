package parity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// Limits of the check without tokens.
const (
	sharedPages  = 3 // pages of the baseline that are read
	sharedRounds = 3 // times that a page of the baseline has to change, and not to change without requests that write: once can be chance
)

// separatePlainly is separate for requests that write no value with a token, such as
// name=Ann: it has too few letters. A page of the baseline must not change when the candidate
// alone gets the requests that write. At most some pages of the baseline are read.
func (h *hunt) separatePlainly(ctx context.Context, reads trial.Sequence, most int) error {
	writes := written(h.plan.Requests)
	shown, err := h.readings(ctx, h.pair.candidate, reads, writes, 0)
	if err != nil {
		return err
	}
	var pages trial.Sequence
	for _, c := range shown[:min(len(shown), most)] {
		pages = append(pages, trial.Step{Request: c.page})
	}
	for range sharedRounds {
		if len(pages) == 0 {
			return nil
		}
		if shown, err = h.readings(ctx, h.pair.baseline, pages, writes, h.plan.tick()); err != nil || len(shown) == 0 {
			return err
		}
		pages = trial.Sequence{{Request: shown[0].page}}
		if unwritten, err := h.readings(ctx, h.pair.baseline, pages, nil, h.plan.tick()); err != nil || len(unwritten) > 0 {
			return err
		}
	}
	return h.sharedPage(shown[0])
}

// marksWritten reports whether a value that the writer sends carries a token.
func (h *hunt) marksWritten(c *visitor.Canaries) bool {
	return slices.ContainsFunc(h.plan.Requests, func(r trial.Request) bool {
		m := c.Mark(r, writer)
		return m.URL != r.URL || m.Body != r.Body
	})
}

// A writtenPage is one that changes when the candidate gets the requests that write.
type writtenPage struct {
	page trial.Request
	at   differ.Difference
}

// readings reads pages of a side on fresh data, again after a pause, and once more after the
// candidate got some requests. It returns those that changed only then.
func (h *hunt) readings(ctx context.Context, s *side, pages, writes trial.Sequence, pause time.Duration) ([]writtenPage, error) {
	first, err := s.play(ctx, pages, trial.How{}, nil)
	if err != nil {
		return nil, err
	}
	if s != h.pair.candidate {
		err = h.pair.candidate.refresh(ctx) // before the second reading: it may reset shared data
	}
	if err := errors.Join(err, wait(ctx, pause)); err != nil {
		return nil, cause(ctx, err)
	}
	second, err := s.more(ctx, pages, trial.How{}, nil)
	if err != nil {
		return nil, err
	}
	if _, err := h.pair.candidate.more(ctx, writes, trial.How{}, nil); err != nil {
		return nil, err
	}
	third, err := s.more(ctx, pages, trial.How{}, nil)
	if err != nil {
		return nil, err
	}
	return h.pagesThatChange(first, second, third)
}

// pagesThatChange returns the pages that vary in the third reading as they do not between the first
// two. Masks of the judge do not count: if data are shared, it has learned that they vary.
func (h *hunt) pagesThatChange(first, second, third []trial.Exchange) (all []writtenPage, err error) {
	d, err := differ.New(h.plan.Ignore)
	if err != nil {
		return nil, err
	}
	for i, e := range first {
		if e.Answer.Failure+second[i].Answer.Failure+third[i].Answer.Failure != "" {
			continue
		}
		d.Learn(e.Step.Request, e.Answer, second[i].Answer)
		if found := d.Compare(e.Step.Request, second[i].Answer, third[i].Answer); len(found) > 0 {
			all = append(all, writtenPage{e.Step.Request, found[0]})
		}
	}
	return all, nil
}

// sharedPage returns the error of sides that share their data, by a page that showed it.
func (h *hunt) sharedPage(w writtenPage) error {
	base := h.pair.baseline.candidate.Name
	return h.sharing(fmt.Sprintf("%s and %s share their data: after requests to %s only, the answer of %s to %s has “%s” in place of “%s” at %s",
		base, h.name, h.name, base, named(w.page), w.at.Got, w.at.Want, w.at.Place))
}
