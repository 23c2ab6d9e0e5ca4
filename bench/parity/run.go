package parity

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/unit"
)

// errSpent is the cause of the end of a context when the budget was spent.
var errSpent = errors.New("the budget was spent")

// A run is a verification under way.
type run struct {
	plan     *Plan
	began    time.Time
	end      time.Time // of the budget
	phase    string
	limits   *limits
	watching sync.Mutex
	restarts atomic.Int64
	judge    *judge
	coverage *order.Coverage
	refusals refusals
	targets  []result.Target
	findings []*found
	probes   atomic.Int64
	growth   []result.Growth
	grew     []grown
	reasons  []string // why nothing can be told
	warnings []result.Warning
}

func newRun(p *Plan) *run {
	now := time.Now()
	return &run{plan: p, began: now, end: now.Add(p.budget()), limits: newLimits(p.answerTime()), coverage: order.NewCoverage(p.Requests), refusals: newRefusals()}
}

// verify verifies one candidate after the other, in equal shares of the budget.
func (r *run) verify(ctx context.Context) error {
	d := r.plan.Differ
	if d == nil {
		var err error
		if d, err = differ.New(r.plan.Ignore); err != nil {
			return err
		}
	}
	r.judge = &judge{differ: d, sessions: visitor.NewSessions()}
	all, err := r.plan.Sides(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		r.targets = append(r.targets, c.Target)
	}
	if len(all) < 2 {
		return &InputError{Problem: "there is nothing to compare the baseline with", Hint: "name the persistent program with --candidate"}
	}
	return r.each(ctx, all[0], all[1:])
}

func (r *run) each(ctx context.Context, baseline instance.Candidate, candidates []instance.Candidate) error {
	for i, c := range candidates {
		share := time.Until(r.end) / time.Duration(len(candidates)-i)
		within, cancel := context.WithTimeoutCause(ctx, share, errSpent)
		err := r.one(within, baseline, c, i)
		cancel()
		if err != nil && !errors.Is(err, errSpent) {
			return err
		}
	}
	return nil
}

// one verifies the n-th candidate.
func (r *run) one(ctx context.Context, baseline, candidate instance.Candidate, n int) (err error) {
	ctx, end := target.WithStock(ctx)
	defer end()
	h := r.newHunt(baseline, candidate)
	if err := h.openLanes(ctx, n); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.closeLanes()) }()
	if r.plan.Replay != nil {
		return h.replay(ctx)
	}
	if err := h.prepare(ctx); err != nil {
		return err
	}
	if r.plan.Soak > 0 {
		if err := h.soak(ctx); err != nil {
			return err
		}
	}
	return h.hunt(ctx)
}

func (r *run) newHunt(baseline, candidate instance.Candidate) *hunt {
	return &hunt{
		run: r, pair: r.newPair(baseline, candidate, newMemory()), name: candidate.Name,
		serials: map[string][]serialRun{}, atOnce: map[string][][]trial.Exchange{},
	}
}

// enter begins a phase.
func (r *run) enter(phase string) {
	r.phase = phase
	r.progress()
}

// progress tells the watcher how far the run is.
func (r *run) progress() {
	if r.plan.Watch == nil {
		return
	}
	r.watching.Lock()
	defer r.watching.Unlock()
	detail := fmt.Sprintf("%s, %d of %d ordered pairs, %s", unit.Count(r.coverage.Sequences, "sequence"), r.coverage.Pairs(), r.coverage.PairsOf(), unit.Count(len(r.findings), "finding"))
	r.plan.Watch(Progress{Phase: r.phase, Detail: detail, Elapsed: time.Since(r.began), Left: max(0, time.Until(r.end))})
}

func (r *run) logf(format string, args ...any) {
	if r.plan.Logf != nil {
		r.plan.Logf(format, args...)
	}
}

func (r *run) warn(about, format string, args ...any) {
	w := result.Warning{About: about, Text: fmt.Sprintf(format, args...)}
	for _, known := range r.warnings {
		if known == w {
			return
		}
	}
	r.warnings = append(r.warnings, w)
}

// An InputError reports targets or requests that cannot be verified.
type InputError struct {
	Problem string
	Hint    string

	Shared     bool // both sides have the same data: that was seen in answers
	Unrestored bool // the command of a side does not restore its data: that was seen in answers
}

func (e *InputError) Error() string { return e.Problem }
