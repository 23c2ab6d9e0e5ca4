package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// measureGate measures the questions that the flags ask. With an error it returns the partial
// result.
func (p *program) measureGate(ctx context.Context, o gateOptions) (*result.Result, error) {
	plan, err := p.newPlan(o.scenario, o.seed)
	if err != nil {
		return nil, err
	}
	change, err := o.change(ctx, plan.Scenario)
	if err != nil {
		return nil, err // before data are made and programs built
	}
	targets := candidate.Targets(plan.Scenario)
	if o.run != "" {
		targets = nil // none of them is measured
	}
	setup, err := candidate.New(ctx, plan.Scenario, targets, p.options(o.noPin, true)) // with a new build, since the gate judges the working tree
	if err != nil {
		return nil, err
	}
	defer setup.Close()
	plan.Environment, plan.Pools = setup.Environment, setup.Pools
	q := questions{o, plan, change, setup, targets}
	all, err := q.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if err := setup.PinSelf(); err != nil {
		return nil, err
	}
	return bench.Ask(ctx, all...)
}

// change finds the base to compare with; it returns nil if two targets of the scenario are
// compared.
func (o gateOptions) change(ctx context.Context, s *scenarios.Scenario) (*candidate.Change, error) {
	switch {
	case !o.throughput:
		return nil, nil
	case len(s.Targets) >= 2 && o.run == "" && o.base != "":
		return nil, usageError(fmt.Errorf("--base %s: the scenario names two targets to compare", o.base), "leave one of the two out, or give the commands for a tree's program with --build and --run")
	case len(s.Targets) > 2 && o.run == "":
		return nil, usageError(fmt.Errorf("the scenario names %d targets", len(s.Targets)), "name two: first the base, then the one to judge")
	case len(s.Targets) == 2 && o.run == "":
		return nil, nil
	}
	return candidate.FindChange(ctx, o.base, o.out) // tracked results of the last run are not a change
}

// questions are the questions of a gate, which are prepared before anything is measured.
type questions struct {
	gateOptions
	plan    bench.Plan        // without candidates
	change  *candidate.Change // nil if targets of the scenario are compared
	setup   *candidate.Setup
	targets []scenarios.Target
}

func (q *questions) prepare(ctx context.Context) (all []bench.Question, err error) {
	for _, one := range []struct {
		asked   bool
		prepare func(context.Context, bench.Plan) (bench.Question, error)
	}{
		{q.throughput, q.loss}, {q.minGain != 0 || q.baseline != "", q.gain}, {q.objective != "", q.atRate},
	} {
		if !one.asked {
			continue
		}
		question, err := one.prepare(ctx, q.plan)
		if err != nil {
			return nil, err
		}
		all = append(all, question)
	}
	return all, nil
}

// loss compares the base with the working tree, or the first two targets of the scenario.
func (q *questions) loss(ctx context.Context, plan bench.Plan) (_ bench.Question, err error) {
	var t candidate.Trees
	if q.change != nil {
		t, err = q.setup.Trees(ctx, q.change, q.program())
	} else {
		t.Base, t.Head = q.targets[0].Name, q.targets[1].Name
		t.Candidates, err = q.setup.Candidates(ctx, q.targets)
	}
	if err != nil {
		return bench.Question{}, err
	}
	if q.change != nil && strings.ContainsAny(q.scenario, "/.") && q.change.BaseLacks(ctx, q.scenario) {
		t.Notes = slices.Insert(t.Notes, 0, fmt.Sprintf("the base has no %s: both got the requests of the one in the working tree", q.scenario))
	}
	plan.Candidates = t.Candidates
	plan.Candidates[0].Name, plan.Candidates[1].Name = "base", "head"
	rules := bench.Rules{MaxLoss: q.maxLoss, Budget: q.budget}
	return bench.Question{
		Run:    func(ctx context.Context) (*result.Result, error) { return plan.Gate(ctx, rules) },
		Record: func(g *result.Gate) { g.Base, g.Head, g.Notes = t.Base, t.Head, append(t.Notes, g.Notes...) },
	}, nil
}

// gain returns the question about the gain over CGI: at least a factor, or the gain of an
// earlier result.
func (q *questions) gain(ctx context.Context, plan bench.Plan) (_ bench.Question, err error) {
	stored, differences, err := q.stored(plan)
	if err != nil {
		return bench.Question{}, err
	}
	targets := candidate.Targets(plan.Scenario)
	if len(targets) != 2 {
		return bench.Question{}, usageError(fmt.Errorf("the gain of %s: the scenario names %s", plan.Scenario.Name, unit.Count(len(targets), "target")), "name two: first the CGI program, then the server")
	}
	within := plan.Settings.Capacity.Within
	if q.baseline != "" {
		within = q.maxLoss / 2 // the variances of both measurements add up
	}
	plan.Settings = plan.Settings.CapacityOnly(q.budget, within)
	plan.Candidates, err = q.setup.Candidates(ctx, targets)
	return bench.Question{Run: plan.Run, Record: func(g *result.Gate) {
		g.MinGain, g.MaxLoss, g.Baseline, g.Advisory, g.Differences = q.minGain, q.maxLoss, stored, len(differences) > 0, differences
	}}, err
}

// stored reads the gain of an earlier result. It refuses the result of another machine,
// unless --any-machine accepts it with a warning.
func (q *questions) stored(plan bench.Plan) (*result.Stored, []string, error) {
	if q.baseline == "" {
		return nil, nil, nil
	}
	r, err := result.Read(q.baseline)
	if err != nil {
		return nil, nil, usageError(err, "a result is made by \"classibench compare\"")
	}
	stored, err := result.NewStored(q.baseline, r)
	if errors.Is(err, result.ErrNoGain) {
		return nil, nil, usageError(fmt.Errorf("%s holds %w", q.baseline, err), "measure it again: classibench compare %s", q.scenario)
	}
	if err != nil {
		return nil, nil, usageError(fmt.Errorf("%s contradicts itself: %w", q.baseline, err), "it was edited, or written by another version of classibench: measure it again")
	}
	differences := r.Differences(plan.Environment, plan.Source, plan.Seed)
	if len(differences) > 0 && !q.anyMachine {
		return nil, nil, usageError(fmt.Errorf("%s was measured elsewhere: %s", q.baseline, strings.Join(differences, "; ")),
			"measure it here: classibench compare %s; or accept it with --any-machine, which only warns", q.scenario)
	}
	return stored, differences, nil
}

// atRate returns the question about the scenario's objective at an offered rate.
func (q *questions) atRate(ctx context.Context, plan bench.Plan) (_ bench.Question, err error) {
	rate, err := scenarios.ParseRate(q.objective)
	if err == nil && rate.Unit == scenarios.OfCapacity {
		err = errors.New("a multiple of capacity needs the baseline of a comparison, and a gate has none")
	}
	if err != nil {
		return bench.Question{}, usageError(fmt.Errorf("--objective: %w", err), "--objective '500 hits/s'")
	}
	plan.Settings = plan.Settings.Objective(rate, q.budget)
	plan.Candidates, err = q.last(ctx)
	return bench.Question{Run: plan.Run, Record: func(g *result.Gate) { g.Objective = rate.String() }}, err
}

// last returns the candidate for the objective: the program of the working tree, or the last
// target of the scenario.
func (q *questions) last(ctx context.Context) ([]instance.Candidate, error) {
	if q.run == "" {
		return q.setup.Candidates(ctx, q.targets[len(q.targets)-1:])
	}
	c, err := q.setup.Head(ctx, q.change, q.program())
	return []instance.Candidate{c}, err
}
