package parity

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// Parts of the budget.
const (
	aloneShare   = 4 // a quarter at most for requests alone before others
	markingShare = 6 // of the rest, to find out which values can carry a token
	tick         = 1100 * time.Millisecond
)

// prepare checks both sides, and learns what varies by itself. Between the two runs of the
// baseline that it compares, clocks have to go on: it sends each request alone then.
func (h *hunt) prepare(ctx context.Context) error {
	h.enter("learning")
	if err := h.check(ctx); err != nil {
		return err
	}
	h.pair.canaries = visitor.NewCanaries(h.plan.Seed, nil) // they mark no values
	plain, err := h.learnSequence(ctx, given(h.plan.Requests), h.planned)
	if err != nil {
		return err
	}
	if err := h.learnAlone(ctx); err != nil {
		return err
	}
	if err := h.markVisitors(ctx, plain...); err != nil {
		return err
	}
	if err := h.separate(ctx); err != nil {
		return err
	}
	h.unmaskable()
	return h.compareAlone(ctx)
}

// planned plans the sequences, now that it is known which requests need others, and begins
// with the first ones.
func (h *hunt) planned(ctx context.Context, answered []trial.Exchange) error {
	p := order.New(h.plan.Requests, h.plan.Seed)
	p.Needs, p.Cookies = order.Needs(answered, visitor.Fields)
	h.plans = p.Phases()
	return h.tryAlone(ctx)
}

// markVisitors finds the values that can carry a token of their visitor. Without any, other
// visitors' values are found by comparison only. Plain are runs of all requests without
// tokens.
func (h *hunt) markVisitors(ctx context.Context, plain ...[]trial.Exchange) error {
	within, cancel := context.WithTimeoutCause(ctx, time.Until(h.end)/markingShare, errSpent)
	defer cancel()
	try := func(ctx context.Context, q trial.Sequence, c *visitor.Canaries) (e []trial.Exchange, err error) {
		if len(plain) > 0 && len(c.Texts()) == 0 {
			e, plain = plain[0], plain[1:]
			return e, nil
		}
		return h.pair.baseline.play(ctx, q, trial.How{}, c)
	}
	c, err := visitor.LearnCanaries(within, h.plan.Seed, h.plan.Requests, try, h.judge.same)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		h.warn("findings", "fewer values carry a token of their visitor than could: %v", err)
	}
	h.pair.canaries, h.judge.canaries = c, c
	return nil
}

// check makes sure that the candidate can be restarted.
func (h *hunt) check(ctx context.Context) error {
	c := h.pair.candidate.candidate
	if c.Kind == "url" {
		return &InputError{
			Problem: fmt.Sprintf("%s runs already, so it cannot be restarted between sequences, and a difference could come from any earlier request", c.Name),
			Hint:    "give the command that starts it: --candidate 'server:starman --listen {addr} ads.psgi'",
		}
	}
	return nil
}

// learnSequence sends a sequence to the baseline twice, at different seconds, from different
// processes and ports, and returns both runs. Between them it calls meanwhile, which may be
// nil, with the first one.
func (h *hunt) learnSequence(ctx context.Context, q trial.Sequence, meanwhile func(context.Context, []trial.Exchange) error) ([][]trial.Exchange, error) {
	first, err := h.pair.expected(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := h.fails(first); err != nil {
		return nil, err
	}
	if meanwhile != nil {
		if err := meanwhile(ctx, first); err != nil {
			return nil, err
		}
	}
	second, err := h.again(ctx, q, first)
	if err != nil {
		return nil, err
	}
	h.judge.learn(first, second)
	return [][]trial.Exchange{first, second}, nil
}

// again sends a sequence to the baseline again, started again and at a later second.
func (h *hunt) again(ctx context.Context, q trial.Sequence, before []trial.Exchange) ([]trial.Exchange, error) {
	if err := h.pair.baseline.stop(); err != nil {
		return nil, err
	}
	if err := wait(ctx, tick-time.Since(before[0].Answer.At)); err != nil {
		return nil, err
	}
	return h.pair.expected(ctx, q)
}

// unmaskable notes the routes whose answers cannot be compared.
func (h *hunt) unmaskable() {
	seen := map[string]bool{}
	for _, r := range h.plan.Requests {
		if why := h.judge.differ.Unmaskable(r.Route); why != "" && !seen[r.Route] {
			seen[r.Route] = true
			h.reasons = append(h.reasons, fmt.Sprintf("route %q of the baseline cannot be compared with itself: %s", r.Route, why))
		}
	}
}

// given returns the requests in their order, sent by one visitor.
func given(requests []trial.Request) (q trial.Sequence) {
	for _, r := range requests {
		q = append(q, trial.Step{Request: r})
	}
	return q
}
