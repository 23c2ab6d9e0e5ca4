package bench

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// A Study runs the gate on pairs of servers. The second server loses a known share of its
// throughput.
type Study struct {
	Plan  *Plan                                            // without candidates
	Pair  func(a, b string, work int) []instance.Candidate // b does this work for each request, a does none
	Rules Rules                                            // of the gate
	Runs  [3]int                                           // with each of the planted losses
	Logf  func(format string, args ...any)
}

// planted are the losses that a study plants, beside none.
var planted = [3]float64{0, 0.05, 0.10}

// Run measures the cost of work and runs the gate. With an error it returns the completed
// runs.
func (s *Study) Run(ctx context.Context) (*result.Study, error) {
	study := &result.Study{Environment: s.Plan.Environment, Budget: s.Rules.Budget.Seconds(), MaxLoss: s.Rules.MaxLoss}
	cost, err := s.calibrate(ctx)
	if err != nil {
		return study, err
	}
	defer func() { study.Resampled = study.Resample(0, planted[1]/2, planted[1], planted[2]) }()
	for i, loss := range planted {
		for n := range s.Runs[i] {
			s.Logf("run %d of %d with a loss of %s planted", n+1, s.Runs[i], unit.Percent(loss))
			run, err := s.run(ctx, loss, result.WorkFor(loss, cost, trialWork))
			if err != nil {
				return study, err
			}
			study.Runs = append(study.Runs, run)
		}
	}
	return study, nil
}

// trialWork is the work for measuring the cost of work. It takes longer than a request
// itself, so that noise has little influence.
const trialWork = 4000

// ErrNoCost means that work makes no difference to throughput, so that no loss can be
// planted.
var ErrNoCost = errors.New("calibrate: additional work did not change the throughput")

// calibrate measures the gain, below 1, of a server that does the trial work.
func (s *Study) calibrate(ctx context.Context) (result.Gain, error) {
	s.Logf("measuring the cost of work on this machine …")
	p := *s.Plan
	p.Settings = p.Settings.CapacityOnly(30*time.Second, 0.02)
	p.Candidates = s.Pair("unburdened", "burdened", trialWork)
	r, err := p.Run(ctx)
	switch {
	case err != nil:
		return result.Gain{}, err
	case r.Capacity.Gain == nil || r.Capacity.Gain.High >= 1:
		return result.Gain{}, ErrNoCost
	}
	return *r.Capacity.Gain, nil
}

// run is one run of the gate with a loss planted.
func (s *Study) run(ctx context.Context, loss float64, work int) (result.StudyRun, error) {
	p := *s.Plan
	p.Candidates = s.Pair("base", "head", work)
	r, err := p.Gate(ctx, s.Rules)
	if err != nil {
		return result.StudyRun{}, err
	}
	if !r.Verdict.Valid {
		s.Logf("this run is invalid: %s", strings.Join(r.Verdict.Reasons, "; "))
	}
	return result.NewStudyRun(loss, r), nil
}
