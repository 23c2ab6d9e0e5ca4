package parity

import (
	"context"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// checkRestored makes sure that the data of both sides are restored between sequences: values of
// a visitor that were sent in one must not be in answers of the next one. Data that are not
// restored may hide which values can carry a token, so it tries again with all that have room.
func (h *hunt) checkRestored(ctx context.Context) error {
	for _, c := range []*visitor.Canaries{h.pair.canaries, visitor.NewCanaries(h.plan.Seed, h.plan.Requests)} {
		if !h.marksWritten(c) {
			continue
		}
		if shown, err := h.checkRestoredBy(ctx, c); err != nil || shown {
			return err
		}
	}
	return nil
}

// checkRestoredBy is checkRestored with given tokens. It reports whether a page of the candidate
// shows one. Only such pages are asked for of the baseline, and none of a slow one: there is no time.
func (h *hunt) checkRestoredBy(ctx context.Context, c *visitor.Canaries) (shown bool, err error) {
	d, err := differ.New(h.plan.Ignore)
	if err != nil {
		return false, err
	}
	check := &restoreCheck{hunt: h, side: h.pair.candidate, canaries: c, differ: d}
	pages, err := check.run(ctx, reading(h.plan.Requests))
	if err != nil || len(pages) == 0 || h.slowBaseline {
		return len(pages) > 0, err
	}
	check.side = h.pair.baseline
	_, err = check.run(ctx, pages)
	return true, err
}

// A restoreCheck tells whether the data of a side are restored.
type restoreCheck struct {
	*hunt
	side     *side
	canaries *visitor.Canaries
	differ   *differ.Differ // of what is declared only: what was learned from data that are not restored varies
}

// run writes to the side between two times that its data are restored. It returns the pages that
// showed what was written.
func (c *restoreCheck) run(ctx context.Context, pages trial.Sequence) (shown trial.Sequence, err error) {
	before, err := c.read(ctx, pages)
	if err != nil {
		return nil, err
	}
	w := unseen(c.canaries, before)
	sent, err := c.side.more(ctx, written(c.plan.Requests, w), trial.How{}, c.canaries)
	if err != nil {
		return nil, err
	}
	now, err := c.side.more(ctx, pages, trial.How{}, c.canaries)
	if err != nil {
		return nil, err
	}
	for i, e := range now {
		if c.shows(w, before[i], e) != "" {
			shown = append(shown, pages[i])
		}
	}
	after, err := c.read(ctx, pages)
	if err != nil {
		return nil, err
	}
	for i, e := range after {
		if value := c.shows(w, before[i], e); value != "" {
			return shown, c.kept(sent, w, e, value)
		}
	}
	return shown, nil
}

// read reads pages when the data of both sides were restored: either command may restore both.
func (c *restoreCheck) read(ctx context.Context, pages trial.Sequence) ([]trial.Exchange, error) {
	if err := c.restore(ctx); err != nil {
		return nil, err
	}
	return c.side.more(ctx, pages, trial.How{}, c.canaries)
}

// shows returns a value of the writer that is in a page only now, at a place that is compared.
func (c *restoreCheck) shows(writer int, before, now trial.Exchange) string {
	if len(c.differ.Compare(now.Step.Request, before.Answer, now.Answer)) == 0 {
		return ""
	}
	return crossed(c.canaries, writer, before.Answer, now.Answer)
}

// kept reports a value that a side shows after its data were restored. If nothing was to restore
// those of either side, differences can be found, but no page that shows such data proves that
// there are none.
func (c *restoreCheck) kept(sent []trial.Exchange, writer int, e trial.Exchange, value string) error {
	name, request := c.side.candidate.Name, "an earlier request"
	if i := visitor.Since(visitor.Leak{Visitor: writer, Value: value}, sent); i >= 0 {
		request = named(sent[i].Sent)
	}
	seen := fmt.Sprintf("“%s”, which %s wrote in an earlier sequence, is still in its answer to %s", value, request, named(e.Sent))
	add := fmt.Sprintf("name a command with --reset '%s:COMMAND'", name)
	switch reset, other := c.side.target.Reset, c.other(); {
	case len(reset) > 0:
		return c.refuse(&InputError{
			Unrestored: true,
			Problem:    fmt.Sprintf("the command %q does not restore the data of %s: %s", strings.Join(reset, " "), name, seen),
			Hint:       "run it by hand: it has to restore each file and database that the program writes; relative paths refer to the directory of the target",
		})
	case len(other.target.Reset) > 0:
		return c.refuse(&InputError{
			Unrestored: true,
			Problem:    fmt.Sprintf("nothing restores the data of %s, and a command restores those of %s: %s", name, other.candidate.Name, seen),
			Hint:       add,
		})
	}
	reason := fmt.Sprintf("nothing restores the data of %s: %s: %s", name, seen, add)
	c.logf("%s", reason)
	c.reasons = append(c.reasons, reason)
	return nil
}

// other returns the other side.
func (c *restoreCheck) other() *side {
	if c.side == c.pair.candidate {
		return c.pair.baseline
	}
	return c.pair.candidate
}
