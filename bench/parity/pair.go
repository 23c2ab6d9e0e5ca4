package parity

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A pair is a baseline and a candidate.
type pair struct {
	baseline, candidate *side
	canaries            *visitor.Canaries // nil marks nothing
	memory              *memory           // of the baseline; several pairs may share it
	tick                time.Duration     // between two runs of the baseline that are compared
}

// newPair returns a pair of which nothing is started yet.
func (r *run) newPair(baseline, candidate instance.Candidate, m *memory) *pair {
	start := r.plan.launch
	if start == nil {
		start = launch
	}
	return &pair{
		memory:    m,
		tick:      r.plan.tick(),
		baseline:  &side{candidate: baseline, stays: true, limits: r.limits, starts: new(atomic.Int64), launch: start, note: r.judge.note},
		candidate: &side{candidate: candidate, limits: r.limits, starts: &r.restarts, launch: start},
	}
}

// play sends a sequence to both sides at the same time: the start of the candidate takes
// about as long as some requests of a CGI program.
func (p *pair) play(ctx context.Context, q trial.Sequence, how trial.How) (t trial.Trial, err error) {
	var errs [2]error
	together(2, func(i int) {
		defer p.baseline.steps.leave() // the same as the candidate's
		if i == 0 {
			t.Baseline, errs[i] = p.baseline.play(ctx, q, trial.How{}, p.canaries)
		} else {
			t.Candidate, errs[i] = p.candidate.play(ctx, q, how, p.canaries)
		}
	})
	p.remember(q, t.Baseline, errs[0])
	return t, cause(ctx, errors.Join(errs[:]...))
}

// expected sends a sequence to the baseline alone.
func (p *pair) expected(ctx context.Context, q trial.Sequence) ([]trial.Exchange, error) {
	run, err := p.baseline.play(ctx, q, trial.How{}, p.canaries)
	p.remember(q, run, err)
	return run, err
}

func (p *pair) remember(q trial.Sequence, run []trial.Exchange, err error) {
	if err == nil {
		p.memory.keep(q[:len(run)], run, p.canaries)
	}
}

// stop ends both programs.
func (p *pair) stop() error { return errors.Join(p.baseline.stop(), p.candidate.stop()) }
