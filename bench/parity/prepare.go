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
)

// prepare checks both sides, and learns what varies by itself. Between the two runs of the
// baseline that it compares, clocks have to go on: it sends each request alone then, unless
// the baseline is slow.
func (h *hunt) prepare(ctx context.Context) error {
	h.enter("learning")
	if err := h.check(ctx); err != nil {
		return err
	}
	h.pair.canaries = visitor.NewCanaries(h.plan.Seed, nil) // they mark no values
	plain, err := h.learn(ctx)
	if err != nil {
		return err
	}
	if err := h.learnAlone(ctx); err != nil {
		return err
	}
	if err := h.markVisitors(ctx, plain); err != nil {
		return err
	}
	if err := h.separate(ctx); err != nil {
		return err
	}
	if err := h.checkRestored(ctx); err != nil {
		return err
	}
	if err := h.revisit(ctx); err != nil {
		return err
	}
	return h.compareAlone(ctx)
}

// learn learns what varies by itself, and plans the sequences. It returns two runs of the
// baseline, or more than two.
func (h *hunt) learn(ctx context.Context) ([][]trial.Exchange, error) {
	plain, err := h.open(ctx)
	switch {
	case err != nil:
		return nil, err
	case h.slowBaseline: // the opening has shown most of what requests alone do, and nothing of those at the same time
		h.makePlan(visit(plain[0]))
		alone, visits, twice, copies := h.plans[0], h.plans[1], h.plans[2], h.plans[3]
		copy(h.plans, []order.Phase{copies, visits, twice, alone})
		return plain, nil
	}
	return h.learnSequence(ctx, given(h.plan.Requests), func(ctx context.Context, answered []trial.Exchange) error {
		h.makePlan(answered)
		return h.tryAlone(ctx)
	})
}

// makePlan plans the sequences, by the answers to the requests in their order: they tell which
// requests need others. Those that have no answer are taken to need none.
func (h *hunt) makePlan(answered []trial.Exchange) {
	n := len(h.plan.Requests)
	p := order.New(h.plan.Requests, h.plan.Seed)
	if len(answered) >= n {
		p.Needs, p.Cookies = order.Needs(answered[:n], visitor.Fields)
	}
	h.plans = p.Phases()
}

// markVisitors finds the values that can carry a token of their visitor. Without any, other
// visitors' values are found by comparison only. Plain are runs of a sequence without
// tokens; if there are none, the order given is sent.
func (h *hunt) markVisitors(ctx context.Context, plain [][]trial.Exchange) error {
	share := time.Until(h.end) / markingShare
	if len(plain) > 0 && took(plain[0]) > share {
		h.warn("findings", "no values carry a token of their visitor: to find out which can takes more than %v", took(plain[0]).Round(time.Second))
		return nil
	}
	within, cancel := context.WithTimeoutCause(ctx, share, errSpent)
	defer cancel()
	sequence := given(h.plan.Requests)
	if len(plain) > 0 {
		sequence = stepsOfRun(plain[0])
	}
	try := func(ctx context.Context, q trial.Sequence, c *visitor.Canaries) (e []trial.Exchange, err error) {
		if len(plain) > 0 && len(c.Texts()) == 0 {
			e, plain = plain[0], plain[min(1, len(plain)-1):] // the last one as often as it is needed
			return e, nil
		}
		return h.pair.baseline.play(ctx, q, trial.How{}, c)
	}
	c, err := visitor.LearnCanariesOf(within, h.plan.Seed, sequence, try, h.judge.same)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		h.warn("findings", "fewer values carry a token of their visitor than could: %v", err)
	}
	if c == nil { // it failed early
		return nil
	}
	h.pair.canaries, h.judge.canaries = c, c
	clear(h.serials) // they have other values
	clear(h.atOnce)
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
	first, err := h.working(ctx, q)
	if err != nil {
		return nil, err
	}
	if meanwhile != nil {
		if err := meanwhile(ctx, first); err != nil {
			return nil, err
		}
	}
	second, err := h.pair.again(ctx, q, first)
	if err != nil {
		return nil, err
	}
	h.judge.learn(ctx, first, second)
	return [][]trial.Exchange{first, second}, nil
}

// workingTries is how often the baseline gets the requests before it counts as one that does not
// work: a database is locked now and then.
const workingTries = 3

// working sends a sequence to the baseline until not all of its answers are failures.
func (h *hunt) working(ctx context.Context, q trial.Sequence) (run []trial.Exchange, err error) {
	for range workingTries {
		if run, err = h.pair.expected(ctx, q); err != nil {
			return nil, err
		}
		if err = h.fails(run); err == nil {
			return run, nil
		}
	}
	return nil, err
}

// again sends a sequence to the baseline again, started again and at a later second.
func (p *pair) again(ctx context.Context, q trial.Sequence, before []trial.Exchange) ([]trial.Exchange, error) {
	if err := p.baseline.stop(); err != nil {
		return nil, err
	}
	if err := wait(ctx, p.tick-time.Since(before[0].Answer.At)); err != nil {
		return nil, err
	}
	return p.expected(ctx, q)
}

// stepsOfRun returns the sequence of a run.
func stepsOfRun(run []trial.Exchange) (q trial.Sequence) {
	for _, e := range run {
		q = append(q, e.Step)
	}
	return q
}

// given returns the requests in their order, sent by one visitor.
func given(requests []trial.Request) (q trial.Sequence) {
	for _, r := range requests {
		q = append(q, trial.Step{Request: r})
	}
	return q
}
