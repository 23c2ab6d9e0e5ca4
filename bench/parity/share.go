package parity

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// firstWriter is the number of the visitor whose values must not get to the other side.
const firstWriter = 7

// separate makes sure that the two sides do not share data: values that a visitor sends to
// the candidate alone must not be in answers of the baseline, and these must not change by it.
func (h *hunt) separate(ctx context.Context) error {
	reads := reading(h.plan.Requests)
	if len(reads) == 0 {
		return nil
	}
	if h.slowBaseline {
		return h.separateLate(ctx, reads)
	}
	if err := h.separatePages(ctx, reads, h.pair.canaries); err != nil || h.marksWritten(h.pair.canaries) {
		return err
	}
	if all := visitor.NewCanaries(h.plan.Seed, h.plan.Requests); h.marksWritten(all) { // data that nothing restores may hide which words can carry a token
		return h.separatePages(ctx, reads, all)
	}
	return nil
}

// separateAtOnce is a check of a slow baseline, before anything is judged. It is not known yet
// which values can carry a token, so it may miss what separate finds.
func (h *hunt) separateAtOnce(ctx context.Context, run trial.Trial) error {
	reads := reading(h.plan.Requests)
	if len(reads) == 0 {
		return nil
	}
	c := visitor.NewCanaries(h.plan.Seed, h.plan.Requests)
	if !h.marksWritten(c) {
		return h.separatePlainly(ctx, reads)
	}
	return h.separateByTokens(ctx, reads, run, c)
}

// separateLate is the check of a slow baseline when it is known which values carry a token.
func (h *hunt) separateLate(ctx context.Context, reads trial.Sequence) error {
	switch {
	case h.marksWritten(h.pair.canaries):
		return h.separateByTokens(ctx, reads, trial.Trial{}, h.pair.canaries)
	case h.marksWritten(visitor.NewCanaries(h.plan.Seed, h.plan.Requests)): // these do not, see separateAtOnce
		return h.separatePlainly(ctx, reads)
	}
	return nil
}

// separateByTokens asks the baseline for one of the pages on which the candidate shows what was
// written. If there is none, pages are compared. Answers of a run had these values already.
func (h *hunt) separateByTokens(ctx context.Context, reads trial.Sequence, run trial.Trial, c *visitor.Canaries) error {
	if err := h.restore(ctx); err != nil {
		return err
	}
	w := unseen(c, slices.Concat(run.Baseline, run.Candidate))
	sent, err := h.pair.candidate.more(ctx, written(h.plan.Requests, w), trial.How{}, c)
	if err != nil {
		return err
	}
	pages, err := h.pair.candidate.more(ctx, reads, trial.How{}, c)
	if err != nil {
		return err
	}
	for i, page := range pages {
		if crossed(c, w, answerIn(run.Candidate, reads[i]), page.Answer) == "" {
			continue
		}
		after, err := h.pair.baseline.more(ctx, reads[i:i+1], trial.How{}, c)
		if err != nil {
			return err
		}
		if seen := crossed(c, w, answerIn(run.Baseline, reads[i]), after[0].Answer); seen != "" {
			return h.shared(sent, w, after[0], seen)
		}
		return nil
	}
	return h.separatePlainly(ctx, reads)
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
func crossed(c *visitor.Canaries, writer int, before, after trial.Answer) string {
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

// unseen returns a visitor whose values are in no answer. Data that nothing restores may have those
// of an earlier verification with the same seed.
func unseen(c *visitor.Canaries, run []trial.Exchange) (writer int) {
	for writer = firstWriter; slices.ContainsFunc(run, func(e trial.Exchange) bool {
		return crossed(c, writer, trial.Answer{}, e.Answer) != ""
	}); writer++ {
	}
	return writer
}

// written returns the requests in their order, sent by the writer.
func written(requests []trial.Request, writer int) trial.Sequence {
	return by(writer, given(requests))
}

// shared returns the error of sides that share their data, by a value that crossed.
func (h *hunt) shared(sent []trial.Exchange, writer int, e trial.Exchange, value string) error {
	request := "a request"
	if i := visitor.Since(visitor.Leak{Visitor: writer, Value: value}, sent); i >= 0 {
		request = named(sent[i].Sent)
	}
	base := h.pair.baseline.candidate.Name
	return h.sharing(fmt.Sprintf("%s and %s share their data: “%s”, which %s wrote on %s only, is in the answer of %s to %s", base, h.name, value, request, h.name, base, named(e.Sent)))
}

// sharing returns the error of sides that share their data.
func (h *hunt) sharing(problem string) error {
	return h.refuse(&InputError{
		Shared:  true,
		Problem: problem,
		Hint:    "give each side data of its own, such as --env baseline:DB=old.db --env candidate:DB=new.db, or --dir baseline:old --dir candidate:new, with --reset baseline:COMMAND and --reset candidate:COMMAND",
	})
}

// refuse ends the verification. What was found until then is no difference between the
// programs.
func (h *hunt) refuse(e *InputError) error {
	h.findings, h.coverage = nil, order.NewCoverage(h.plan.Requests)
	return e
}

// reading returns the requests that change no data by their method, or all if there are none: the
// answer to one that writes may show what others wrote.
func reading(requests []trial.Request) (q trial.Sequence) {
	for _, r := range requests {
		if r.Safe() {
			q = append(q, trial.Step{Request: r})
		}
	}
	if len(q) == 0 {
		return given(requests)
	}
	return q
}
