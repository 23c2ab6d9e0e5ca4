package parity

import (
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

// maxProbes is the limit of the search for the shortest sequence of a finding.
const maxProbes = 80

// examine finds out whether a clue is a difference, of which kind it is, and with which
// requests it shows.
func (h *hunt) examine(ctx context.Context, q trial.Sequence, t trial.Trial, c clue) error {
	if err := h.due(ctx); err != nil {
		return err
	}
	chosen := c.chosen
	q, t, c = cut(q, t, c)
	q, t, c, err := h.relearned(ctx, q, t, c)
	if err != nil || !c.found() {
		return err
	}
	c.right = &t.Baseline[c.step].Answer
	if hangs, err := h.hangs(ctx, q, t, c); err != nil || !hangs {
		return err
	}
	if joined, err := h.joins(ctx, q, c); err != nil || joined {
		return err
	}
	if q, err = h.unpaused(ctx, q, c); err != nil {
		return err
	}
	if q, err = h.connected(ctx, q, c); err != nil {
		return err
	}
	if q, t, c, err = h.shorter(ctx, q, t, c); err != nil {
		return err
	}
	f := &found{candidate: h.name, clue: c, chosen: chosen, varied: h.judge.variedAt(q[c.step].Request, c)}
	if f.kind, q, err = h.classify(ctx, q, c); err != nil {
		return err
	}
	if err := h.shrink(ctx, q, t.Baseline, f); err != nil && !spent(err) {
		return err
	}
	if ctx.Err() != nil && f.shrunk.Shown == 0 {
		return context.Cause(ctx)
	}
	if err := h.reclassify(ctx, f); err != nil && !spent(err) {
		return err
	}
	if err := h.confirm(ctx, f); err != nil && !spent(err) || f.explained {
		return err
	}
	return h.record(ctx, f)
}

// reclassify looks once more for a difference of requests at the same time without them:
// there are few orders of a short sequence, so each is likely to be tried. With a slow baseline,
// it tells only now whether a fresh process shows the difference.
func (h *hunt) reclassify(ctx context.Context, f *found) error {
	switch {
	case f.best == nil:
		return nil
	case h.slowBaseline && f.kind == result.KindLifetime:
		fresh, err := h.showsFresh(ctx, f.best, f.clue)
		if fresh {
			f.kind = result.KindPort
		}
		return err
	case f.kind != result.KindConcurrency:
		return nil
	}
	kind, q, err := h.classify(ctx, f.best, f.clue)
	if err != nil || kind == result.KindConcurrency {
		return err
	}
	f.kind, f.best = kind, nil
	return h.shrink(ctx, q, f.trial.Baseline, f)
}

// cut drops the steps after the batch of the clue, and makes the clue's step the last one.
func cut(q trial.Sequence, t trial.Trial, c clue) (trial.Sequence, trial.Trial, clue) {
	end := c.step + 1
	for end < len(q) && q[c.step].Batch != 0 && q[end].Batch == q[c.step].Batch {
		end++
	}
	q, t = slices.Clone(q[:end]), trial.Trial{Baseline: slices.Clone(t.Baseline[:end]), Candidate: slices.Clone(t.Candidate[:end])}
	last := end - 1
	q[c.step], q[last] = q[last], q[c.step]
	t.Baseline[c.step], t.Baseline[last] = t.Baseline[last], t.Baseline[c.step]
	t.Candidate[c.step], t.Candidate[last] = t.Candidate[last], t.Candidate[c.step]
	c.step = last
	return q, t, c
}

// relearned returns what still differs after the baseline was asked again, and the sequence
// that shows it: with fewer requests at the same time, if it shows there too.
func (h *hunt) relearned(ctx context.Context, q trial.Sequence, t trial.Trial, c clue) (trial.Sequence, trial.Trial, clue, error) {
	got, err := h.relearn(ctx, q, t, c)
	if err != nil || !got.found() {
		return q, t, got, err
	}
	less, again, ok, err := h.fewer(ctx, q, got)
	if err != nil || !ok {
		return q, t, got, err
	}
	got, err = h.relearn(ctx, less, again, got)
	return less, again, got, err
}

// relearn sends the sequence to the baseline again, at a later second, and returns what
// then still differs. The order of requests that are sent at the same time is open: the
// answers of the baseline in some orders are all right.
func (h *hunt) relearn(ctx context.Context, q trial.Sequence, t trial.Trial, c clue) (clue, error) {
	if !concurrent(q) {
		runs, err := h.runs(ctx, h.pair, q, t.Baseline)
		if err != nil {
			return c, err
		}
		for _, again := range runs {
			h.judge.learn(ctx, t.Baseline, again)
		}
		return h.judge.clue(c.step, t, runs...), nil
	}
	c, _, err := h.serially(ctx, q, t, clue.found, clueOrders)
	return c, err
}

// classify returns the kind of a difference, and the sequence in which to look for it: one
// without anything at the same time if it shows there too.
func (h *hunt) classify(ctx context.Context, q trial.Sequence, c clue) (string, trial.Sequence, error) {
	if h.slowBaseline && !concurrent(q) { // see reclassify: a start for each request of a long sequence takes too long
		return result.KindLifetime, q, nil
	}
	fresh, err := h.showsFresh(ctx, serial(q), c)
	switch {
	case err != nil || fresh:
		return result.KindPort, serial(q), err
	case !concurrent(q):
		return result.KindLifetime, q, nil
	}
	for _, s := range shuffled(q, h.plan.Seed) {
		shows, err := h.shows(ctx, s, c, trial.How{})
		if err != nil || shows {
			return result.KindLifetime, s, err
		}
	}
	return result.KindConcurrency, q, nil
}

// showsFresh reports whether a difference shows in a process that was just started. In most
// cases one start before the last request tells that it does not.
func (h *hunt) showsFresh(ctx context.Context, q trial.Sequence, c clue) (bool, error) {
	if shows, err := h.shows(ctx, q, c, trial.How{Last: true}); err != nil || !shows || len(q) < 3 {
		return shows, err
	}
	return h.shows(ctx, q, c, trial.How{Fresh: true})
}

// shows plays a sequence, and reports whether the answers to its last step differ as in a
// clue.
func (h *hunt) shows(ctx context.Context, q trial.Sequence, c clue, how trial.How) (bool, error) {
	got, _, err := h.look(ctx, q, c, how)
	return got.found() && got.same(c), err
}

// look plays a sequence, and returns what differs in its last step.
func (h *hunt) look(ctx context.Context, q trial.Sequence, c clue, how trial.How) (clue, trial.Trial, error) {
	return h.lookAt(ctx, h.pair, q, c, how)
}

func (h *hunt) lookAt(ctx context.Context, p *pair, q trial.Sequence, c clue, how trial.How) (clue, trial.Trial, error) {
	h.probes.Add(1)
	h.progress()
	known := h.known(p, q)
	t, right, err := h.playProbe(ctx, p, q, c, how, known)
	if err != nil || right {
		return clue{}, t, err
	}
	last := len(q) - 1
	got := h.judge.clue(last, t, known...)
	if concurrent(q) && len(known) == 0 {
		h.keepAtOnce(keyOf(q), t.Baseline)
	}
	switch {
	case !got.same(c):
	case concurrent(q):
		got, _, err = h.serially(ctx, q, t, c.same, probeOrders)
	case h.slowBaseline && len(known) == 0: // the second run is for a sequence that is sent again
	default:
		if known, err = h.moreRuns(ctx, p, q, known); err == nil {
			got = h.judge.clueOf(last, t, known)
		}
	}
	if err != nil { // it is not known whether that is noise
		return clue{}, t, err
	}
	return got, t, nil
}

// playProbe sends a sequence to both sides, or to the candidate alone if answers of the baseline
// are known. A slow baseline is not asked if the last answer of the candidate is the right one
// of the clue, where that differs: then the difference is most likely gone. That can only make the
// search longer.
func (h *hunt) playProbe(ctx context.Context, p *pair, q trial.Sequence, c clue, how trial.How, known [][]trial.Exchange) (t trial.Trial, right bool, err error) {
	if !h.slowBaseline || concurrent(q) || len(known) > 0 || c.right == nil {
		t, err = p.playKnown(ctx, q, how, known)
		return t, false, err
	}
	if t.Candidate, err = p.candidate.play(ctx, q, how, p.canaries); err != nil || h.judge.isRight(c, t.Candidate) {
		return t, err == nil, err
	}
	t.Baseline, err = p.expected(ctx, q)
	return t, false, err
}

// known returns runs of the baseline for a sequence that need not be sent again: for one with
// requests at the same time, those in serial orders, if the baseline is slow.
func (h *hunt) known(p *pair, q trial.Sequence) [][]trial.Exchange {
	if h.slowBaseline && concurrent(q) {
		return runsOf(h.serials[keyOf(q)])
	}
	return p.memory.of(q, p.canaries)
}

// shrink looks for the shortest sequence that shows a difference, in one that a run of the baseline is of.
func (h *hunt) shrink(ctx context.Context, q trial.Sequence, run []trial.Exchange, f *found) (err error) {
	how := f.how()
	within, cancel := h.share(ctx)
	defer cancel()
	f.probe = func(ctx context.Context, q trial.Sequence) (bool, error) {
		if h.judge.isChosen(q[len(q)-1].Request, f.clue) {
			return false, nil
		}
		got, t, err := h.probe(ctx, q, f.clue, how)
		shows := got.found() && got.same(f.clue)
		h.seeing.Lock()
		defer h.seeing.Unlock()
		f.clashes = f.clashes || concurrent(q) && fails(t.Baseline)
		if shows {
			f.see(q, t, got)
		}
		return shows, err
	}
	err = h.shorten(within, q, run, f)
	if f.kind != result.KindPort && len(f.shrunk.Sequence) == 1 && f.shrunk.Shown > 0 {
		f.kind = result.KindPort // it needs no other request
	}
	return err
}

// shorten looks for the shortest sequence of a finding, from one that shows it and that a run of the
// baseline is of.
func (h *hunt) shorten(ctx context.Context, q trial.Sequence, run []trial.Exchange, f *found) error {
	shrunk, err := order.Shrink(ctx, q, len(q)-1, f.probe, h.shrinking(q, run))
	if shrunk.Shown > 0 || f.shrunk.Shown == 0 {
		f.shrunk = shrunk
	}
	return err
}

// shrinking returns the settings of the search for the shortest form of a sequence. A run of the
// baseline tells in which answer each request has found its fields. What sets its cookies may be
// dropped: with that kept, the search took a fifth to a third more probes of a program with sessions
// (TestATokenOfAnotherSession).
func (h *hunt) shrinking(q trial.Sequence, run []trial.Exchange) order.Options {
	o := order.Options{Probes: maxProbes, Parallel: h.parallel(q)}
	if isRunOf(q, run) {
		o.Needs, _ = order.Needs(run, visitor.Fields)
	}
	return o
}

// isRunOf reports whether a run has the steps of a sequence in its order.
func isRunOf(q trial.Sequence, run []trial.Exchange) bool {
	return slices.EqualFunc(q, run, func(s trial.Step, e trial.Exchange) bool {
		return s.Visitor == e.Step.Visitor && s.Batch == e.Step.Batch && identity(s.Request) == identity(e.Step.Request)
	})
}

// left returns the time until ctx ends.
func (h *hunt) left(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		end = h.end
	}
	return time.Until(end)
}
