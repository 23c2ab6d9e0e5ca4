package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// measureGate measures what the flags ask for. What was measured before an
// error is returned with it.
func (p *program) measureGate(ctx context.Context, o gateOptions, dir string) (*result.Result, error) {
	s, digest, err := loadScenario(o.scenario)
	if err != nil {
		return nil, err
	}
	if o.against, err = findAgainst(ctx, o, s); err != nil {
		return nil, err // before data are made and programs built
	}
	plan := &bench.Plan{Scenario: s, Digest: digest, Seed: o.seed, Watch: p.newView().update}
	classifieds := len(s.Targets) == 0 && o.run == ""
	on, err := p.ground(ctx, plan, o.noPin, needsData(s) || classifieds, dir)
	if err != nil {
		return nil, err
	}
	if o.run == "" || o.minGain > 0 || o.baseline != "" { // else none of the scenario's targets is measured
		if on.cpus, err = p.coresFor(s.Targets, &plan.Environment); err != nil {
			return nil, err
		}
	}
	on.anew = true // what is judged is what is written there
	parts, err := p.gateParts(ctx, o, plan, on)
	if err != nil {
		return nil, err
	}
	if err := p.pin(plan); err != nil {
		return nil, err
	}
	return p.runParts(ctx, o, parts)
}

// A gatePart is one question of a gate, ready to be measured.
type gatePart struct {
	run func(context.Context) (*result.Result, error)
	ask func(*result.Gate) // completes the gate with what was asked
}

// gateParts prepares the questions: everything is built before anything is
// measured.
func (p *program) gateParts(ctx context.Context, o gateOptions, plan *bench.Plan, on stage) ([]gatePart, error) {
	var parts []gatePart
	for _, prepare := range []func(context.Context, gateOptions, bench.Plan, stage) (*gatePart, error){p.throughputPart, p.gainPart, p.objectivePart} {
		part, err := prepare(ctx, o, *plan, on)
		if err != nil {
			return nil, err
		}
		if part != nil {
			parts = append(parts, *part)
		}
	}
	return parts, nil
}

// runParts measures the questions one after the other, and judges all of them.
func (p *program) runParts(ctx context.Context, o gateOptions, parts []gatePart) (*result.Result, error) {
	var whole *result.Result
	for _, part := range parts {
		r, err := part.run(ctx)
		whole = joined(whole, r)
		part.ask(whole.Gate)
		if err != nil {
			result.JudgeGate(whole)
			return whole, err
		}
	}
	result.JudgeGate(whole)
	return whole, nil
}

// joined adds what was found to what was found before.
func joined(whole, r *result.Result) *result.Result {
	if r.Gate == nil {
		r.Gate = &result.Gate{}
	}
	if whole == nil {
		return r
	}
	for _, t := range r.Targets {
		if !slices.ContainsFunc(whole.Targets, func(x result.Target) bool { return x.Name == t.Name }) {
			whole.Targets = append(whole.Targets, t)
		}
	}
	if r.Capacity != nil && (whole.Capacity == nil || r.Capacity.Gain != nil) {
		whole.Capacity = r.Capacity
	}
	if r.Replay != nil {
		whole.Replay = r.Replay
	}
	whole.Warnings = append(whole.Warnings, r.Warnings...)
	whole.Seconds += r.Seconds
	whole.Partial = r.Partial
	return whole
}

// gainPart asks for the gain over CGI: of a factor at least, or of an earlier
// result.
func (p *program) gainPart(ctx context.Context, o gateOptions, plan bench.Plan, on stage) (*gatePart, error) {
	if o.minGain == 0 && o.baseline == "" {
		return nil, nil
	}
	stored, differing, err := p.stored(o, &plan)
	if err != nil {
		return nil, err
	}
	targets := plan.Scenario.Targets
	switch len(targets) {
	case 0:
		targets = builtinPair
	case 2:
	default:
		return nil, usageError(fmt.Errorf("the gain of %s: the scenario names %s", plan.Scenario.Name, plural(len(targets), "target", "targets")), "name two, the CGI program first and what carries more second")
	}
	s := *plan.Scenario
	s.Replay.Stages = nil
	s.Capacity.Budget = o.budget
	if o.baseline != "" {
		s.Capacity.Within = o.maxLoss / 2 // the half-widths of now and then add in squares
	}
	plan.Scenario = &s
	if plan.Candidates, err = p.candidates(ctx, targets, on); err != nil {
		return nil, err
	}
	ask := func(g *result.Gate) {
		g.MinGain, g.MaxLoss, g.Baseline, g.Advisory, g.Differences = o.minGain, o.maxLoss, stored, len(differing) > 0, differing
	}
	return &gatePart{run: plan.Run, ask: ask}, nil
}

// stored reads the gain of an earlier result. One of another machine is refused,
// unless it is only to warn.
func (p *program) stored(o gateOptions, plan *bench.Plan) (*result.Stored, []string, error) {
	if o.baseline == "" {
		return nil, nil, nil
	}
	r, err := result.Read(o.baseline)
	if err != nil {
		return nil, nil, usageError(err, "a result is made by \"classibench compare\"")
	}
	if r.Capacity == nil || r.Capacity.Gain == nil || r.Partial != "" || !r.Verdict.Valid {
		return nil, nil, usageError(fmt.Errorf("%s holds no gain that can be trusted", o.baseline), "measure it anew: classibench compare %s", o.scenario)
	}
	if err := result.Consistent(r); err != nil {
		return nil, nil, usageError(fmt.Errorf("%s does not agree with itself: %w", o.baseline, err), "it was edited, or another version of classibench wrote it: measure it anew")
	}
	differing := r.Differences(plan.Environment, plan.Digest, plan.Seed)
	if len(differing) > 0 && !o.anyMachine {
		return nil, nil, usageError(fmt.Errorf("%s was measured elsewhere: %s", o.baseline, strings.Join(differing, "; ")),
			"measure it here: classibench compare %s; or say --any-machine to be warned only", o.scenario)
	}
	return &result.Stored{Path: o.baseline, Began: r.Began.Format(time.RFC3339), Gain: r.Capacity.Again(*r.Capacity.Gain)}, differing, nil
}

// objectiveLength is how long a rate is offered, at least, to see whether the objective
// holds.
const objectiveLength = 20 * time.Second

// lengthAt is how long a rate is offered: until a p95 is known, if the budget has room
// for that. Arrivals are random: a fifth more than are needed on average suffice.
func lengthAt(rate scenarios.Rate, budget time.Duration) time.Duration {
	needed := 1.2 * result.P95Hits / max(rate.PerSecond(0), 1e-3)
	return min(max(objectiveLength, time.Duration(needed*float64(time.Second))), budget)
}

// objectivePart asks for the scenario's objective at a rate, of the last of its
// targets or of the working tree.
func (p *program) objectivePart(ctx context.Context, o gateOptions, plan bench.Plan, on stage) (*gatePart, error) {
	if o.objective == "" {
		return nil, nil
	}
	rate, err := scenarios.ParseRate(o.objective)
	if err == nil && rate.Unit == scenarios.OfCapacity {
		err = errors.New("there is no baseline whose capacity it could be a multiple of")
	}
	if err != nil {
		return nil, usageError(fmt.Errorf("--objective: %w", err), "--objective '500 hits/s'")
	}
	s := *plan.Scenario
	s.Replay.Stages = []scenarios.Stage{{Name: "objective", For: lengthAt(rate, o.budget), Rate: rate}}
	plan.Scenario = &s
	if plan.Candidates, err = p.objectiveOf(ctx, o, s.Targets, on); err != nil {
		return nil, err
	}
	return &gatePart{run: plan.Run, ask: func(g *result.Gate) { g.Objective = rate.String() }}, nil
}

// objectiveOf is whom the objective is asked of: the program of the working
// tree, the last target of the scenario, or the classifieds as a server.
func (p *program) objectiveOf(ctx context.Context, o gateOptions, targets []scenarios.Target, on stage) ([]instance.Candidate, error) {
	switch {
	case o.run != "":
		out, err := os.MkdirTemp(on.dir, "build-")
		if err != nil {
			return nil, fmt.Errorf("make a directory to build in: %w", err)
		}
		c, err := p.buildOwn(ctx, o, tree{name: "head", dir: o.against.repo.Top}, out, on)
		return []instance.Candidate{c}, err
	case len(targets) == 0:
		targets = builtinPair
	}
	return p.candidates(ctx, targets[len(targets)-1:], on)
}
