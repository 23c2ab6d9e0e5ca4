package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// separatePlainly is the check of a slow baseline without tokens. It reads only the first page that
// changes on the candidate when that gets the requests. If no request writes by its method, there
// is no time for it.
func (h *hunt) separatePlainly(ctx context.Context, reads trial.Sequence) error {
	if len(reads) == len(h.plan.Requests) {
		return nil
	}
	pages, err := h.writtenPages(ctx, reads)
	if err != nil || len(pages) == 0 {
		return err
	}
	return h.separatePages(ctx, pages[:1], nil)
}

// marksWritten reports whether a value that the writer sends carries a token.
func (h *hunt) marksWritten(c *visitor.Canaries) bool {
	return slices.ContainsFunc(h.plan.Requests, func(r trial.Request) bool {
		m := c.Mark(r, firstWriter)
		return m.URL != r.URL || m.Body != r.Body
	})
}

// writtenPages reads pages of the candidate on fresh data, again, and once more after the requests
// that write. It returns those that changed only then.
func (h *hunt) writtenPages(ctx context.Context, pages trial.Sequence) (changed trial.Sequence, err error) {
	d, err := differ.New(h.plan.Ignore)
	if err != nil {
		return nil, err
	}
	if err := h.restore(ctx); err != nil {
		return nil, err
	}
	again, after := by(1, pages), by(2, pages)
	run, err := h.pair.candidate.more(ctx, slices.Concat(pages, again, written(h.plan.Requests, firstWriter), after), trial.How{}, nil)
	if err != nil {
		return nil, err
	}
	n := len(pages)
	for i, page := range pages {
		first, second, third := run[i].Answer, run[n+i].Answer, run[len(run)-n+i].Answer
		if first.Failure+second.Failure+third.Failure != "" {
			continue
		}
		d.Learn(page.Request, first, second)
		if len(d.Compare(page.Request, second, third)) > 0 {
			changed = append(changed, page)
		}
	}
	return changed, nil
}

// by returns a sequence as another visitor sends it.
func by(visitor int, q trial.Sequence) trial.Sequence {
	q = slices.Clone(q)
	for i := range q {
		q[i].Visitor = visitor
	}
	return q
}

// sharedPage returns the error of sides that share their data, by a page that showed it.
func (h *hunt) sharedPage(page trial.Request, at differ.Difference) error {
	base := h.pair.baseline.candidate.Name
	return h.sharing(fmt.Sprintf("%s and %s share their data: after requests to %s only, the answer of %s to %s has “%s” in place of “%s” at %s",
		base, h.name, h.name, base, named(page), at.Got, at.Want, at.Place))
}
