package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/reports"
)

// planted are the losses that a self-test plants, beside none.
var planted = []float64{0, 0.05, 0.10}

// selfTest runs the gate on two servers that are the same, and on one that is
// slower by a known amount.
func (p *program) selfTest(ctx context.Context, o gateOptions, dir string) error {
	runs, err := parseRuns(o.runs)
	if err != nil {
		return err
	}
	plan, on, err := p.selfTestPlan(ctx, o, dir)
	if err != nil {
		return err
	}
	study := &result.Study{Environment: plan.Environment, Budget: o.budget.Seconds(), MaxLoss: o.maxLoss}
	work, err := p.calibrate(ctx, plan, on)
	if err != nil {
		return describe(err)
	}
	for i, loss := range planted {
		for n := range runs[i] {
			p.say("run %d of %d with a loss of %g%% planted", n+1, runs[i], 100*loss)
			run, err := p.selfTestRun(ctx, o, plan, on, loss, work(loss))
			if err != nil {
				return errors.Join(describe(err), p.printStudy(study, o))
			}
			study.Runs = append(study.Runs, run)
		}
	}
	return p.printStudy(study, o)
}

// parseRuns reads "2,1,1": how many runs with each planted loss.
func parseRuns(s string) (runs [3]int, err error) {
	parts := strings.Split(s, ",")
	for i := range runs {
		if err = errors.New("three numbers are wanted"); len(parts) == len(runs) {
			runs[i], err = strconv.Atoi(strings.TrimSpace(parts[i]))
		}
		if err != nil || runs[i] < 0 {
			return runs, usageError(fmt.Errorf("--runs %q", s), "write how many runs with no loss, with 5%% and with 10%%, as in 2,1,1")
		}
	}
	if runs == [3]int{} {
		return runs, usageError(fmt.Errorf("--runs %q", s), "write how many runs with no loss, with 5%% and with 10%%, as in 2,1,1")
	}
	return runs, nil
}

// selfTestPlan is a plan without candidates.
func (p *program) selfTestPlan(ctx context.Context, o gateOptions, dir string) (*bench.Plan, stage, error) {
	s, digest, err := loadScenario(o.scenario)
	if err != nil {
		return nil, stage{}, err
	}
	plan := &bench.Plan{Scenario: s, Digest: digest, Seed: o.seed, Watch: p.newView().update}
	on, err := p.ground(ctx, plan, o.noPin, true, dir)
	if err != nil {
		return nil, on, err
	}
	return plan, on, p.pin(plan)
}

// slowed is the classifieds with a burden of work.
func slowed(name string, work int, on stage) (instance.Candidate, error) {
	self, err := os.Executable()
	if err != nil {
		return instance.Candidate{}, fmt.Errorf("find the path of this program: %w", err)
	}
	c := instance.Candidate{Target: result.Target{Name: name, Kind: target.Server, Command: []string{filepath.Base(self), "calibrated", "--work", strconv.Itoa(work)}}}
	var last string
	c.Fresh = func(ctx context.Context) (target.Target, error) {
		db, err := freshCopy(ctx, on, name, &last)
		return target.Target{
			Name: name, Kind: target.Server, CPUs: on.cpus,
			Command: []string{self, "calibrated", "--listen", "{addr}", "--db", db, "--work", strconv.Itoa(work)},
		}, err
	}
	return c, nil
}

// pair are two servers of the classifieds, one of them burdened.
func pair(a, b string, work int, on stage) ([]instance.Candidate, error) {
	first, err := slowed(a, 0, on)
	if err != nil {
		return nil, err
	}
	second, err := slowed(b, work, on)
	return []instance.Candidate{first, second}, err
}

// trialWork is the burden with which the cost of work is found: more than a
// request itself, so that noise hardly counts.
const trialWork = 4000

// calibrate finds by throughput how much work a loss is: work w takes
// 1/ratio − 1 of a request's time, and a loss x is x/(1−x) of it.
func (p *program) calibrate(ctx context.Context, plan *bench.Plan, on stage) (func(loss float64) int, error) {
	p.say("finding out what work costs here …")
	s := *plan.Scenario
	s.Replay.Stages = nil
	s.Capacity.Budget, s.Capacity.Within = 30*time.Second, 0.02
	once := *plan
	once.Scenario = &s
	var err error
	if once.Candidates, err = pair("unburdened", "burdened", trialWork, on); err != nil {
		return nil, err
	}
	r, err := once.Run(ctx)
	if err != nil {
		return nil, err
	}
	if r.Capacity.Gain == nil || r.Capacity.Gain.High >= 1 {
		return nil, fail(exitInvalid, errors.New("calibrate: a burden of work made no difference to throughput"), "the machine is too noisy, or the generator is what limits: see \"classibench doctor\"")
	}
	cost := (1/r.Capacity.Gain.Ratio - 1) / trialWork
	return func(loss float64) int { return int(math.Round(loss / (1 - loss) / cost)) }, nil
}

// selfTestRun is one run of the gate with a loss planted.
func (p *program) selfTestRun(ctx context.Context, o gateOptions, plan *bench.Plan, on stage, loss float64, work int) (result.StudyRun, error) {
	once := *plan
	var err error
	if once.Candidates, err = pair("base", "head", work, on); err != nil {
		return result.StudyRun{}, err
	}
	r, err := once.Gate(ctx, bench.Rules{MaxLoss: o.maxLoss, Budget: o.budget})
	if err != nil {
		return result.StudyRun{}, err
	}
	if !r.Verdict.Valid {
		p.say("this run is invalid: %s", strings.Join(r.Verdict.Reasons, "; "))
	}
	return result.NewStudyRun(loss, r), nil
}

func (p *program) showStudy(s *result.Study) error {
	if p.json {
		return p.printJSON(s)
	}
	return reports.StudyText(p.stdout, s, p.textOptions())
}

// printStudy shows and saves what was found. The gate itself is wrong if it said
// the opposite of what was planted more often than chance explains.
func (p *program) printStudy(s *result.Study, o gateOptions) error {
	if len(s.Runs) == 0 {
		return nil
	}
	s.Resampled = s.Resample(0, planted[1]/2, planted[1], planted[2])
	if err := reports.WriteStudy(o.out, s); err != nil {
		return usageError(err, "choose another directory with --out")
	}
	if err := p.showStudy(s); err != nil {
		return err
	}
	if s.Valid() == 0 {
		return fail(exitInvalid, errors.New("no run could be trusted"), "\"classibench doctor\" looks at the machine")
	}
	if s.TooWrong() {
		return fail(exitNo, fmt.Errorf("the gate was wrong in %d of %d runs", s.Wrong(), len(s.Runs)), "one run in twenty may be; more say that this machine is too noisy for a budget of %v", o.budget)
	}
	return nil
}
