package parity

import (
	"context"
	"sync"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A sight judges a trial while it is played. It reads each answer once.
type sight struct {
	judge   *judge
	names   *visitor.Following
	neutral trial.Trial // of the steps that were read
}

func (j *judge) begin() *sight { return &sight{judge: j, names: j.sessions.Follow()} }

// clue returns what differs in a step of a trial that has the steps up to it.
func (r *sight) clue(t trial.Trial, step int) clue {
	r.judge.mu.Lock()
	defer r.judge.mu.Unlock()
	r.read(t, step)
	c := comparison{trial: t, neutral: r.neutral}
	return clue{step: step, differences: r.judge.differences(step, c), leaks: r.judge.leaks(step, c)}
}

// learn learns a step from two runs of the baseline.
func (r *sight) learn(a, b []trial.Exchange, step int) {
	r.judge.mu.Lock()
	defer r.judge.mu.Unlock()
	r.judge.sessions.Learn(a[step:step+1], b[step:step+1])
	r.read(trial.Trial{Baseline: a, Candidate: b}, step)
	r.judge.differ.Learn(a[step].Step.Request, r.neutral.Baseline[step].Answer, r.neutral.Candidate[step].Answer)
}

func (r *sight) read(t trial.Trial, step int) {
	for i := len(r.neutral.Baseline); i <= step; i++ {
		a, b := r.names.Next(t.Baseline[i], t.Candidate[i])
		r.neutral.Baseline, r.neutral.Candidate = append(r.neutral.Baseline, a), append(r.neutral.Candidate, b)
	}
}

// A follower ends a sequence as soon as it has shown a difference.
type follower struct {
	mu    sync.Mutex
	trial trial.Trial
	next  int // step that is judged next
	ended bool
	wrong func(t trial.Trial, step int) bool // whether a step of the trial so far ends it
}

// baseline and candidate take the answers of a side so far, and report whether the sequence
// goes on.
func (f *follower) baseline(all []trial.Exchange) bool {
	return f.add(func() { f.trial.Baseline = all })
}

func (f *follower) candidate(all []trial.Exchange) bool {
	return f.add(func() { f.trial.Candidate = all })
}

func (f *follower) add(set func()) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	set()
	for ; !f.ended && f.next < min(len(f.trial.Baseline), len(f.trial.Candidate)); f.next++ {
		f.ended = f.wrong(f.trial, f.next)
	}
	return !f.ended
}

// playUntil sends a sequence to both sides until the follower ends it. The trial has the
// steps that both sides answered then.
func (p *pair) playUntil(ctx context.Context, q trial.Sequence, f *follower) (t trial.Trial, err error) {
	p.baseline.seen, p.candidate.seen = f.baseline, f.candidate
	defer func() { p.baseline.seen, p.candidate.seen = nil, nil }()
	if t, err = p.play(ctx, q, trial.How{}); err != nil {
		return t, err
	}
	n := min(len(t.Baseline), len(t.Candidate)) // both end with a batch
	return trial.Trial{Baseline: t.Baseline[:n], Candidate: t.Candidate[:n]}, nil
}

// leastSaved is the time of the baseline from which it pays to end a sequence early: it is
// sent again for what comes after the difference.
const leastSaved = 2 * time.Second

// worthEnding reports whether the rest of a sequence takes long.
func worthEnding(run []trial.Exchange, of int) bool {
	return len(run) > 0 && took(run)/time.Duration(len(run))*time.Duration(of-len(run)) >= leastSaved
}

// mostEnds is how often a sequence ends early before it is sent to its end.
const mostEnds = 3

// playJudged sends a sequence, or as much of it as shows a difference that is not known.
func (h *hunt) playJudged(ctx context.Context, q trial.Sequence, ends bool) (trial.Trial, error) {
	if runs := h.pair.memory.of(q, h.pair.canaries); len(runs) > 0 && len(q) > 1 { // one request alone is compared with other lives: see examineStuck
		candidate, err := h.pair.candidate.play(ctx, q, trial.How{}, h.pair.canaries)
		return trial.Trial{Baseline: runs[0], Candidate: candidate}, err
	}
	r := h.judge.begin()
	return h.pair.playUntil(ctx, q, &follower{wrong: func(t trial.Trial, step int) bool {
		if !ends || !worthEnding(t.Baseline, len(q)) {
			return false
		}
		c := r.clue(t, step)
		return c.found() && !h.isKnown(q, c)
	}})
}
