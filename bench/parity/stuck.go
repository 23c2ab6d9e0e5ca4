package parity

import (
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// A short pause is long enough for what a program does after its answer, such as to end.
const (
	shortPause = 150 * time.Millisecond
	shortInAll = 3 * time.Second // at most
)

// paused returns the requests in their order with short pauses, and after a long one again.
func paused(requests []trial.Request, long time.Duration) trial.Sequence {
	q := append(given(requests), given(requests)...)
	for i := range requests {
		q[i].Pause = min(shortPause, shortInAll/time.Duration(len(requests)))
	}
	q[len(requests)].Pause = long
	return q
}

// clockPause returns a pause after which a clock that stands still is told from one that goes on,
// if the answer before it took some time: at what moment of that the program read its clock is
// not known.
func (h *hunt) clockPause(took time.Duration) time.Duration { return h.plan.clockPause() + took }

// tookBy returns the time that a step took on the slower side.
func tookBy(t trial.Trial, step int) time.Duration {
	return max(t.Baseline[step].Answer.Took, t.Candidate[step].Answer.Took)
}

// examineStuck looks for values that are always new for the baseline, and that the
// candidate repeats: within one sequence, or in each life.
func (h *hunt) examineStuck(ctx context.Context, q trial.Sequence, t trial.Trial) error {
	for _, d := range h.judge.stuck(t.Baseline, t.Candidate) {
		if err := h.repeated(ctx, h.stuckSteps(q, t, d), t.Baseline[d.First:d.Again+1], clue{step: d.Again, differences: []differ.Difference{d}}); err != nil {
			return err
		}
	}
	before := h.life
	h.life = trial.Trial{Baseline: tail(before.Baseline, t.Baseline), Candidate: tail(before.Candidate, t.Candidate)}
	if len(q) > 1 || len(before.Baseline) == 0 {
		return nil
	}
	for _, d := range h.judge.stuck(h.life.Baseline, h.life.Candidate) {
		again := h.life.Candidate[d.Again].Step
		if err := h.repeated(ctx, trial.Sequence{again}, nil, clue{differences: []differ.Difference{d}}); err != nil {
			return err
		}
	}
	return nil
}

// mostKept is the number of exchanges that are compared with those of later lives.
const mostKept = 200

func tail(a, b []trial.Exchange) []trial.Exchange {
	all := slices.Concat(a, b)
	return all[max(0, len(all)-mostKept):]
}

// stuckSteps returns the steps from the one that showed a value first to the one that
// repeats it, with all pauses before the last one. For a clock, or if they took long, a
// pause stands for the time that they took: a shorter sequence would be over before a clock
// goes on.
func (h *hunt) stuckSteps(q trial.Sequence, t trial.Trial, d differ.Difference) trial.Sequence {
	s := slices.Clone(q[d.First : d.Again+1])
	var pause time.Duration
	for i := range s {
		if i > 0 {
			pause += s[i].Pause
		}
		s[i].Pause, s[i].Batch = 0, 0
	}
	if isTime(d.Got) || t.Baseline[d.Again].Answer.At.Sub(t.Baseline[d.First].Answer.At) > h.plan.tick() {
		pause = max(pause, h.clockPause(tookBy(t, d.First)))
	}
	s[len(s)-1].Pause = pause
	return s
}

// repeated finds the shortest sequence in which a value is repeated, in one that a run of the baseline
// is of.
func (h *hunt) repeated(ctx context.Context, q trial.Sequence, run []trial.Exchange, c clue) error {
	c.step = len(q) - 1
	if h.isKnown(q, c) {
		return nil
	}
	if err := h.due(ctx); err != nil {
		return err
	}
	if joined, err := h.joinsStuck(ctx, q, c); err != nil || joined {
		return err
	}
	f := &found{candidate: h.name, clue: c, kind: result.KindLifetime}
	if len(q) == 1 {
		f.kind = result.KindPort // each start gives the value again
	}
	f.probe = func(ctx context.Context, q trial.Sequence) (bool, error) {
		if h.judge.isChosen(q[len(q)-1].Request, c) {
			return false, nil
		}
		got, t, err := h.lookStuck(ctx, q, c)
		if got.found() {
			f.see(q, t, got)
		}
		return got.found(), err
	}
	within, cancel := h.share(ctx)
	defer cancel()
	err := h.shortenStuck(within, q, run, f)
	if err != nil && !spent(err) || f.best == nil || f.shrunk.Shown == 0 {
		return err
	}
	if err := h.confirm(ctx, f); err != nil && !spent(err) || f.explained {
		return err
	}
	return h.record(ctx, f)
}

// shortenStuck looks for the shortest sequence: in the first and the last step, if these two alone
// show the value twice.
func (h *hunt) shortenStuck(ctx context.Context, q trial.Sequence, run []trial.Exchange, f *found) error {
	if len(q) > 2 {
		pair := trial.Sequence{q[0], q[len(q)-1]}
		shows, err := f.probe(ctx, pair)
		if err == nil && shows {
			err = h.shorten(ctx, pair, f.trial.Baseline, f)
		}
		if err != nil || f.shrunk.Shown > 0 {
			return err
		}
		f.best = nil // it did not show again
	}
	return h.shorten(ctx, q, run, f)
}

// lookStuck plays a sequence, and returns the clue if its last step repeats a value at the
// place. A sequence of one step is played in two lives.
func (h *hunt) lookStuck(ctx context.Context, q trial.Sequence, c clue) (clue, trial.Trial, error) {
	h.probes.Add(1)
	h.progress()
	var all trial.Trial
	for life := range 1 + btoi(len(q) == 1) {
		if err := wait(ctx, q[0].Pause*time.Duration(life)); err != nil {
			return clue{}, all, err
		}
		t, err := h.pair.playInStep(ctx, q, trial.How{}) // a value that is kept for a time is new after the same time
		if err != nil {
			return clue{}, t, err
		}
		all = trial.Trial{Baseline: append(all.Baseline, t.Baseline...), Candidate: append(all.Candidate, t.Candidate...)}
	}
	last := len(all.Candidate) - 1
	for _, d := range h.judge.stuck(all.Baseline, all.Candidate) {
		if d.Place == c.differences[0].Place && d.Again == last {
			n := len(q)
			return clue{step: n - 1, differences: []differ.Difference{d}}, trial.Trial{Baseline: all.Baseline[last+1-n:], Candidate: all.Candidate[last+1-n:]}, nil
		}
	}
	return clue{}, all, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
