package order

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// How often a sequence is sent in all before a search ends. The final sequence has to
// show the difference each time, and those without one of its steps must not: one that
// shows in a share of 0.3 passes as certain in 3% of searches.
const (
	timesShown = 3
	timesGone  = 2
	few        = 8 // steps: the checks of a longer sequence without one would take too many probes
)

// steady reports whether the search may end: it may not if it relied on single probes
// although the difference flickers. It sends the best sequence a few times more, also to
// learn the rate.
func (p *prober) steady(ctx context.Context) (bool, error) {
	if p.flickers {
		return true, p.again(ctx, p.best, p.o.Repeats)
	}
	err := p.again(ctx, p.best, timesShown)
	for _, s := range p.doubtful() {
		if err == nil && !p.mixed() {
			err = p.again(ctx, s, timesGone)
		}
	}
	p.flickers = p.mixed()
	return !p.flickers, err
}

// again sends a sequence until it was sent a number of times.
func (p *prober) again(ctx context.Context, s trial.Sequence, times int) error {
	for k := key(s); p.tally(k).sent < times; {
		if err := p.send(ctx, k, s); err != nil {
			return err
		}
	}
	return nil
}

// mixed reports whether a sequence had two outcomes.
func (p *prober) mixed() bool {
	for _, t := range p.tallies {
		if 0 < t.shown && t.shown < t.sent {
			return true
		}
	}
	return false
}

// doubtful returns sequences without the difference whose outcome matters: the best one
// without one of its steps, and the shortest one that contains it and does not show the
// difference, which is either chance or the work of a cleaner.
func (p *prober) doubtful() (doubtful []trial.Sequence) {
	if len(p.best) <= few {
		for i := range (steps{}).forms(p.best) {
			doubtful = append(doubtful, tidy(steps{}.form(p.best, i)))
		}
	}
	var shortest trial.Sequence
	for _, t := range p.tallies {
		if t.shown == 0 && contains(t.s, p.best) && (shortest == nil || len(t.s) < len(shortest)) {
			shortest = t.s
		}
	}
	if shortest != nil {
		doubtful = append(doubtful, shortest)
	}
	return doubtful
}

// contains reports whether the requests of a part are among those of a sequence, in the
// same order, whoever sends them. Requests at the same time have no order and count as
// none.
func contains(s, part trial.Sequence) bool {
	if len(part) > len(s) || slices.ContainsFunc(part, func(step trial.Step) bool { return step.Batch != 0 }) {
		return false
	}
	for _, step := range s {
		if len(part) > 0 && equal(step.Request, part[0].Request) {
			part = part[1:]
		}
	}
	return len(part) == 0
}

func equal(a, b trial.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && a.Body == b.Body && requestKey(a) == requestKey(b)
}

func requestKey(r trial.Request) string { return key(trial.Sequence{{Request: r}}) }
