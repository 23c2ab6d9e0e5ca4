package parity

import (
	"context"
	"errors"
	"fmt"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// writer is the number of the visitor whose values must not get to the other side.
const writer = 7

// separate makes sure that the two sides do not share data: values that a visitor sends to
// the candidate alone must not be in answers of the baseline. Where no value carries a token,
// these answers must not change.
func (h *hunt) separate(ctx context.Context) error {
	reads := reading(h.plan.Requests)
	if len(reads) == 0 || len(reads) == len(h.plan.Requests) {
		return nil
	}
	if h.slowBaseline {
		return h.separateLate(ctx, reads)
	}
	before, err := h.beforeWriting(ctx, reads)
	if err != nil {
		return err
	}
	sent, err := h.pair.candidate.more(ctx, written(h.plan.Requests), trial.How{}, h.pair.canaries)
	if err != nil {
		return err
	}
	after, err := h.pair.baseline.more(ctx, reads, trial.How{}, h.pair.canaries)
	if err != nil {
		return err
	}
	for i, e := range after {
		if seen := crossed(h.pair.canaries, before[i].Answer, e.Answer); seen != "" {
			return h.shared(sent, e, seen)
		}
	}
	if h.marksWritten(h.pair.canaries) {
		return nil
	}
	return h.separatePlainly(ctx, reads, sharedPages)
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

// separateAtOnce is a check of a slow baseline, before anything is judged. It is not known yet
// which values can carry a token, so it may miss what separate finds.
func (h *hunt) separateAtOnce(ctx context.Context, run trial.Trial) error {
	reads := reading(h.plan.Requests)
	if len(reads) == 0 || len(reads) == len(h.plan.Requests) {
		return nil
	}
	c := visitor.NewCanaries(h.plan.Seed, h.plan.Requests)
	if !h.marksWritten(c) {
		return h.separatePlainly(ctx, reads, 1)
	}
	return h.separateByTokens(ctx, reads, run, c)
}

// separateLate is the check of a slow baseline when it is known which values carry a token.
func (h *hunt) separateLate(ctx context.Context, reads trial.Sequence) error {
	switch {
	case h.marksWritten(h.pair.canaries):
		return h.separateByTokens(ctx, reads, trial.Trial{}, h.pair.canaries)
	case h.marksWritten(visitor.NewCanaries(h.plan.Seed, h.plan.Requests)): // these do not, see separateAtOnce
		return h.separatePlainly(ctx, reads, 1)
	}
	return nil
}

// separateByTokens asks the baseline for one of the pages on which the candidate shows what was
// written. Answers of a run had these values already.
func (h *hunt) separateByTokens(ctx context.Context, reads trial.Sequence, run trial.Trial, c *visitor.Canaries) error {
	if err := errors.Join(h.pair.baseline.refresh(ctx), h.pair.candidate.refresh(ctx)); err != nil {
		return cause(ctx, err)
	}
	sent, err := h.pair.candidate.more(ctx, written(h.plan.Requests), trial.How{}, c)
	if err != nil {
		return err
	}
	pages, err := h.pair.candidate.more(ctx, reads, trial.How{}, c)
	if err != nil {
		return err
	}
	for i, page := range pages {
		if crossed(c, answerIn(run.Candidate, reads[i]), page.Answer) == "" {
			continue
		}
		after, err := h.pair.baseline.more(ctx, reads[i:i+1], trial.How{}, c)
		if err != nil {
			return err
		}
		if seen := crossed(c, answerIn(run.Baseline, reads[i]), after[0].Answer); seen != "" {
			return h.shared(sent, after[0], seen)
		}
		return nil
	}
	return nil
}

// answerIn returns the first answer to a request in a run, or none.
func answerIn(run []trial.Exchange, s trial.Step) trial.Answer {
	for _, e := range run {
		if identity(e.Step.Request) == identity(s.Request) {
			return e.Answer
		}
	}
	return trial.Answer{}
}

// crossed returns a value of the writer in an answer that was not there before.
func crossed(c *visitor.Canaries, before, after trial.Answer) string {
	if c == nil {
		return ""
	}
	for _, l := range c.Leaks(0, writer+1, after, before) {
		if l.Visitor == writer {
			return l.Value
		}
	}
	return ""
}

// written returns the requests in their order, sent by the writer.
func written(requests []trial.Request) trial.Sequence {
	q := given(requests)
	for i := range q {
		q[i].Visitor = writer
	}
	return q
}

// shared returns the error of sides that share their data, by a value that crossed.
func (h *hunt) shared(sent []trial.Exchange, e trial.Exchange, value string) error {
	request := "a request"
	if i := visitor.Since(visitor.Leak{Visitor: writer, Value: value}, sent); i >= 0 {
		request = named(sent[i].Sent)
	}
	base := h.pair.baseline.candidate.Name
	return h.sharing(fmt.Sprintf("%s and %s share their data: “%s”, which %s wrote on %s only, is in the answer of %s to %s", base, h.name, value, request, h.name, base, named(e.Sent)))
}

// sharing ends the verification. What was found until then is no difference between the
// programs.
func (h *hunt) sharing(problem string) error {
	h.findings, h.coverage = nil, order.NewCoverage(h.plan.Requests)
	return &InputError{
		Shared:  true,
		Problem: problem,
		Hint:    "give each side data of its own, such as --env baseline:DB=old.db --env candidate:DB=new.db, or --dir baseline:old --dir candidate:new, with --reset baseline:COMMAND and --reset candidate:COMMAND",
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
