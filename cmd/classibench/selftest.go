package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/reports/study"
)

// selfTest runs the gate on two equal servers, and on one that is slower by a known amount.
func (p *program) selfTest(ctx context.Context, o gateOptions) error {
	runs, err := parseRuns(o.runs)
	if err != nil {
		return err
	}
	plan, err := p.newPlan(o.scenario, o.seed)
	if err != nil {
		return err
	}
	setup, err := candidate.New(ctx, plan.Scenario, candidate.BuiltinPair(), p.options(o.noPin, false))
	if err != nil {
		return err
	}
	defer setup.Close()
	if err := setup.PinSelf(); err != nil {
		return err
	}
	plan.Environment, plan.Pools = setup.Environment, setup.Pools
	study := bench.Study{Plan: &plan, Pair: setup.BurdenedPair, Rules: bench.Rules{MaxLoss: o.maxLoss, Budget: o.budget}, Runs: runs, Logf: p.logf}
	found, err := study.Run(ctx)
	return errors.Join(p.describe(err), p.printStudy(found, o))
}

// parseRuns parses "2,1,1": the number of runs with each planted loss.
func parseRuns(s string) (runs [3]int, err error) {
	parts := strings.Split(s, ",")
	for i := range runs {
		if err = errors.New("want three numbers"); len(parts) == len(runs) {
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

func (p *program) showStudy(s *result.Study) error {
	if p.json {
		return p.printJSON(s)
	}
	return study.Text(p.stdout, s, p.textOptions())
}

// printStudy prints and saves a study. The gate itself is wrong if it contradicts the planted
// loss more often than chance explains.
func (p *program) printStudy(s *result.Study, o gateOptions) error {
	if len(s.Runs) == 0 {
		return nil
	}
	if err := study.WriteDir(o.out, s); err != nil {
		return p.rescued(err, func() bool { return false }, s)
	}
	if err := p.showStudy(s); err != nil {
		return err
	}
	if s.Valid() == 0 {
		return fail(exitInvalid, errors.New("no run could be trusted"), "check the machine with \"classibench doctor\"")
	}
	if s.TooWrong() {
		return fail(exitNo, fmt.Errorf("the gate was wrong in %d of %d runs", s.Wrong(), len(s.Runs)), "one run in twenty may be wrong; if more are, this machine is too noisy for a budget of %v", o.budget)
	}
	return nil
}
