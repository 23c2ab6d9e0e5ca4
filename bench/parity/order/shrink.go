package order

import (
	"context"
	"errors"
	"fmt"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Probe sends a sequence to programs that were just started on fresh data, and reports
// whether their answers to the last step differ as they did when the difference was
// found. Shrink calls it from several goroutines if Options.Parallel is above 1.
type Probe func(ctx context.Context, s trial.Sequence) (bool, error)

// Options are the settings of Shrink and Cleaners. The zero value works.
type Options struct {
	Needs    [][]int // for each step of the sequence the earlier steps that it needs, see Needs; nil guesses from {{name}}
	Parallel int     // number of probes at the same time; 0 is 1
	Probes   int     // maximum of probes; 0 is no limit
	Simplify bool    // also drop headers, parameters and form fields that the difference does not need

	Rate       float64 // a difference that shows in this share of probes must not be missed; 0 is 0.3
	Confidence float64 // probability of that, for each probe; 0 is 0.95
	Repeats    int     // number of times to send the final sequence if the difference flickers; 0 is 10
}

// A Shrunk is the result of Shrink.
type Shrunk struct {
	Sequence trial.Sequence // the last step is the victim
	Minimal  bool           // without any of its steps the difference is gone; this was tried
	Shown    int            // number of times that Sequence showed the difference; 0: it could not be reproduced
	Repeated int            // number of times that Sequence was sent
	Gone     int            // number of times that it was sent without one of its steps, if the difference never showed then
	Probes   int            // number of sequences that were sent
	Requests int            // number of requests in them
}

// Rate returns the share of the repetitions that showed the difference.
func (s Shrunk) Rate() float64 {
	if s.Repeated == 0 {
		return 0
	}
	return float64(s.Shown) / float64(s.Repeated)
}

// Shrink returns a shortest sequence that still shows the difference of a step, the
// victim: without any of its steps the difference is gone. Steps after the victim are
// dropped, except those sent at the same time, and the victim becomes the last step.
//
// Bisection finds the steps that the difference needs, one after the other. For k of n
// steps it takes about k·log2(n) probes (the dichotomic method of Hemery and others,
// Extracting MUCs from Constraint Networks, ECAI 2006), where QuickXplain takes up to
// 2k·log2(n/k) + 2k (Junker, AAAI 2004). The current sequence has always shown the
// difference, so the result is right also if a request hides the effect of another.
// Steps that others need are kept with them during bisection. At the end each step is
// removed by itself, and visitors are merged where the difference stays.
//
// No sequence is sent twice, except at the end: the final one, and those without one of
// its steps. If an outcome changes, the search starts again from the final sequence, and
// repeats each probe, see Repeats. If ctx is
// canceled or a probe fails, Shrink returns the shortest sequence so far and the error.
// If the number of probes reaches Options.Probes, it returns that sequence and no error.
func Shrink(ctx context.Context, s trial.Sequence, victim int, probe Probe, o Options) (Shrunk, error) {
	if victim < 0 || victim >= len(s) {
		return Shrunk{}, fmt.Errorf("shrink a sequence: step %d is not one of its %d steps", victim, len(s))
	}
	if o.Needs != nil && len(o.Needs) != len(s) {
		return Shrunk{}, fmt.Errorf("shrink a sequence: needs are given for %d of its %d steps", len(o.Needs), len(s))
	}
	o = o.withDefaults()
	s, o.Needs = victimLast(s, victim, o.Needs)
	p := newProber(probe, o)
	p.best = tidy(s)
	minimal, err := shrink(ctx, p)
	if errors.Is(err, errSpent) {
		err = nil
	}
	return p.result(minimal), err
}

// shrink leaves the shortest sequence in p.best, and reports whether it is minimal.
func shrink(ctx context.Context, p *prober) (minimal bool, err error) {
	shown, err := reproduce(ctx, p)
	if err != nil || !shown {
		return false, err
	}
	err = p.reduce(ctx, serial{})
	for needs := p.o.Needs; err == nil && !minimal; needs = nil {
		if err = search(ctx, p, needs); err == nil {
			err = settle(ctx, p)
		}
		if err == nil {
			minimal, err = p.steady(ctx)
		}
	}
	return minimal, err
}

// reproduce probes the sequence once, and several times if the difference is not there.
func reproduce(ctx context.Context, p *prober) (bool, error) {
	shown, err := p.shows(ctx, p.best)
	if err != nil || shown[0] {
		return err == nil, err
	}
	p.flickers = true
	shown, err = p.shows(ctx, p.best)
	return err == nil && shown[0], err
}

// victimLast drops the steps after the victim, except those of its batch, which it puts
// before the victim.
func victimLast(s trial.Sequence, victim int, needs [][]int) (trial.Sequence, [][]int) {
	if needs == nil {
		needs = guess(s)
	}
	end := victim + 1
	for end < len(s) && s[victim].Batch != 0 && s[end].Batch == s[victim].Batch {
		end++
	}
	var kept trial.Sequence
	var moved [][]int
	for i := range end {
		if i != victim {
			kept, moved = append(kept, s[i]), append(moved, before(needs[i], victim))
		}
	}
	return append(kept, s[victim]), append(moved, before(needs[victim], victim))
}

// before returns the needs that come before the victim: what is sent at the same time
// cannot be needed.
func before(needs []int, victim int) (kept []int) {
	for _, need := range needs {
		if need < victim {
			kept = append(kept, need)
		}
	}
	return kept
}
