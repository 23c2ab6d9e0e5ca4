package parity

import (
	"context"
	"errors"
	"fmt"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// writer is the number of the visitor whose values must not get to the other side.
const writer = 7

// separate makes sure that the two sides do not share data: values that a visitor sends to
// the candidate alone must not be in answers of the baseline.
func (h *hunt) separate(ctx context.Context) error {
	reads := reading(h.plan.Requests)
	if len(reads) == 0 || len(reads) == len(h.plan.Requests) {
		return nil
	}
	written := given(h.plan.Requests)
	for i := range written {
		written[i].Visitor = writer
	}
	before, err := h.beforeWriting(ctx, reads)
	if err != nil {
		return err
	}
	sent, err := h.pair.candidate.more(ctx, written, trial.How{}, h.pair.canaries)
	if err != nil {
		return err
	}
	after, err := h.pair.baseline.more(ctx, reads, trial.How{}, h.pair.canaries)
	if err != nil {
		return err
	}
	for i, e := range after {
		if seen := h.crossed(before[i], e); seen != "" {
			return h.shared(sent, e, seen)
		}
	}
	return nil
}

// beforeWriting returns the baseline's answers to some requests, while the candidate starts.
func (h *hunt) beforeWriting(ctx context.Context, reads trial.Sequence) (before []trial.Exchange, err error) {
	var errs [2]error
	together(2, func(i int) {
		if i == 0 {
			before, errs[i] = h.pair.expected(ctx, reads)
		} else {
			errs[i] = h.pair.candidate.refresh(ctx)
		}
	})
	return before, cause(ctx, errors.Join(errs[:]...))
}

// crossed returns a value of the writer in an answer of the baseline that was not there
// before.
func (h *hunt) crossed(before, after trial.Exchange) string {
	if h.pair.canaries == nil {
		return ""
	}
	for _, l := range h.pair.canaries.Leaks(0, writer+1, after.Answer, before.Answer) {
		if l.Visitor == writer {
			return l.Value
		}
	}
	return ""
}

func (h *hunt) shared(sent []trial.Exchange, e trial.Exchange, value string) error {
	request := "a request"
	if i := visitor.Since(visitor.Leak{Visitor: writer, Value: value}, sent); i >= 0 {
		request = named(sent[i].Sent)
	}
	return &InputError{
		Shared: true,
		Problem: fmt.Sprintf("%s and %s share their data: “%s”, which %s wrote on %s only, is in the answer of %s to %s", h.pair.baseline.candidate.Name, h.name,
			value, request, h.name, h.pair.baseline.candidate.Name, named(e.Sent)),
		Hint: "give each side data of its own, such as --env baseline:DB=old.db --env candidate:DB=new.db, or --dir baseline:old --dir candidate:new, with --reset baseline:COMMAND and --reset candidate:COMMAND",
	}
}

// reading returns the requests that change no data by their method.
func reading(requests []trial.Request) (q trial.Sequence) {
	for _, r := range requests {
		if r.Safe() {
			q = append(q, trial.Step{Request: r})
		}
	}
	return q
}
