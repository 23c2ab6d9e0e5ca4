package parity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// Limits of the check without tokens.
const (
	sharedPages  = 3 // pages of the baseline that are read
	sharedRounds = 2 // times that a page of the baseline has to change: once can be chance
)

// separatePlainly is separate for requests that write no value with a token, such as
// name=Ann: it has too few letters. A page of the baseline must not change when the candidate
// alone gets the requests that write.
func (h *hunt) separatePlainly(ctx context.Context, reads trial.Sequence) error {
	shown, err := h.readings(ctx, h.pair.candidate, reads, 0)
	if err != nil {
		return err
	}
	var pages trial.Sequence
	for _, c := range shown[:min(len(shown), sharedPages)] {
		pages = append(pages, trial.Step{Request: c.page})
	}
	for range sharedRounds {
		if len(pages) == 0 {
			return nil
		}
		if shown, err = h.readings(ctx, h.pair.baseline, pages, tick); err != nil || len(shown) == 0 {
			return err
		}
	}
	return h.sharedPage(shown[0])
}

// marksWritten reports whether a value that the writer sends carries a token.
func (h *hunt) marksWritten() bool {
	return slices.ContainsFunc(h.plan.Requests, func(r trial.Request) bool {
		m := h.pair.canaries.Mark(r, writer)
		return m.URL != r.URL || m.Body != r.Body
	})
}

// A writtenPage is one that changes when the candidate gets the requests that write.
type writtenPage struct {
	page trial.Request
	at   differ.Difference
}

// readings reads pages of a side on fresh data, again after a pause, and once more after the
// candidate got the requests that write. It returns those that changed only then.
func (h *hunt) readings(ctx context.Context, s *side, pages trial.Sequence, pause time.Duration) ([]writtenPage, error) {
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
	if _, err := h.pair.candidate.more(ctx, written(h.plan.Requests), trial.How{}, nil); err != nil {
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
