// Package bench compares systems under test: it offers the same traffic to a
// baseline and its candidates and returns what it measured.
//
// A [Plan] is a scenario with its candidates and [Settings]; [Plan.Run] measures the capacity
// of all in interleaved blocks, replays the scenario against each, and returns a
// [result.Result], from which every report is drawn; [Plan.Gate] measures until a loss is
// found or excluded. [Ask] measures the questions of a gate, and a [Study] the gate itself.
// Other packages provide traffic (load), running targets (instance, target), the CPU time of
// their process trees (usage), statistics (stats) and judgement (result). This package does
// not find or build programs, and does not print results.
package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/scenarios"
)

// A Plan is a comparison of candidates, with its traffic and settings.
type Plan struct {
	Scenario    *scenarios.Scenario // as it was parsed
	Source      string              // SHA-256 of the scenario's source
	Settings    Settings            // how it is measured
	Seed        int64               // of the traffic
	Candidates  []instance.Candidate
	Pools       map[string]load.Pool // lists for the placeholders of requests
	Recorded    *Recorded            // is replayed; nil draws from the scenario's mix
	Environment result.Environment
	Version     string
	Command     []string       // that measures
	Warnings    []string       // about the plan itself, for the result
	Watch       func(Progress) // called several times a second with the progress; may be nil
	Dir         string         // for generated programs; "" is the system's directory for temporary files
	Database    *database.Host // of the targets; may be nil
	Peak        result.Peak    // of a day, for its hits; without a factor, it is that of the scenario's stages
}

// replayTimeout returns the timeout of the scenario's replay. If it is shorter than that of
// the closed loop, as in a quick run, it is at least three times the time of the slowest
// target's answers.
func (p *Plan) replayTimeout(found map[string]result.Throughput) time.Duration {
	t := p.Settings.Replay.Timeout
	for _, x := range found {
		usual := x.Latency.P50
		if !usual.Known() { // too few answers
			usual = x.Latency.Mean
		}
		t = max(t, (3 * usual).Duration())
	}
	return max(p.Settings.Replay.Timeout, min(t, p.Settings.patience()))
}

// Run measures the plan. If it fails or ctx is canceled, it returns a partial result, marked
// as such, with the error.
func (p *Plan) Run(ctx context.Context) (*result.Result, error) {
	return p.run(ctx, p.measure)
}

func (p *Plan) run(ctx context.Context, measure func(context.Context, *result.Result) error) (*result.Result, error) {
	began, throttled := time.Now(), Throttling(scenarios.PIDs(p.Scenario.Targets)...)
	r := p.newResult(began)
	err := measure(ctx, r)
	throttled(&r.Environment)
	r.Warnings = append(r.Warnings, r.Environment.Quota.Warnings()...)
	r.Seconds = time.Since(began).Seconds()
	if err != nil {
		r.Partial = reason(ctx, err)
	}
	r.Verdict = result.Judge(r)
	return r, err
}

func (p *Plan) measure(ctx context.Context, r *result.Result) error {
	requests, err := load.NewRequests(p.Scenario.Mix, p.Scenario.Draw, p.Pools, p.Seed)
	if err != nil {
		return fmt.Errorf("draw requests for %s: %w", p.Scenario.Name, err)
	}
	if p.Recorded != nil {
		requests = requests.Recorded(p.Recorded.Record)
	}
	clock := newClock(p)
	if requests, err = p.examine(ctx, clock, requests, r); err != nil {
		return err
	}
	c := newCapacity(p, clock, requests)
	defer func() { r.Warnings = append(r.Warnings, c.warnings()...) }()
	if err := c.measure(ctx, r); err != nil {
		return err
	}
	for i := range p.Candidates[:c.parts-1] {
		if err := p.replay(ctx, clock, requests, r, i); err != nil {
			return err
		}
		if err := c.measure(ctx, r); err != nil {
			return err
		}
	}
	if err := p.costs(ctx, clock, requests, r); err != nil || p.Settings.Limits == 0 {
		return err
	}
	return p.limits(ctx, clock, requests, r)
}

// startAll starts all candidates, with clients for a closed loop, calls do, and stops them.
func (p *Plan) startAll(ctx context.Context, backwards bool, do func(context.Context, []*instance.Instance) error) error {
	return instance.Run(ctx, p.Candidates, backwards, load.Options{Timeout: p.Settings.patience()}, do)
}

func (p *Plan) newResult(began time.Time) *result.Result {
	r := &result.Result{
		Schema: result.Schema, Version: p.Version, Command: p.Command, Began: began.UTC(), Environment: p.Environment,
		Scenario: result.Scenario{
			Name: p.Scenario.Name, Description: p.Scenario.Description, Seed: p.Seed, Ads: p.ads(),
			Objective: objectiveOf(p.Scenario),
			Digest:    p.digest(),
		},
		Warnings: append([]result.Warning{}, p.Environment.SharingWarnings("capacity.gain")...),
	}
	if r.Scenario.Digest != p.Source {
		r.Scenario.Source = p.Source
	}
	for _, text := range p.Warnings {
		r.Warnings = append(r.Warnings, result.Warning{About: "scenario", Text: text})
	}
	for _, route := range p.Scenario.Mix {
		r.Scenario.Routes = append(r.Scenario.Routes, route.Name)
	}
	for _, c := range p.Candidates {
		r.Targets = append(r.Targets, c.Target)
	}
	return r
}

// ads returns the size of the data set, or 0 if the requests use none.
func (p *Plan) ads() int {
	if len(p.Pools) == 0 {
		return 0
	}
	return p.Scenario.Data.Ads
}

// reason returns in words why a run ended early.
func reason(ctx context.Context, err error) string {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.Canceled) {
		return "interrupted"
	}
	line, _, _ := strings.Cut(cmp.Or(cause, err).Error(), "\n")
	return line
}
