package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

// samplePause is the time between two looks at a process tree: 10 Hz.
const samplePause = 100 * time.Millisecond

// replay offers the scenario's stages to a candidate: the same traffic for each, on
// fresh data, alone on its cores. Rates are those of the capacity that was known when
// the first replay began.
func (p *Plan) replay(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result, i int) error {
	if r.Replay == nil {
		r.Replay = newReplay(p.Scenario, r.Capacity.Throughput[p.Candidates[0].Name].RPS)
		r.Replay.Timeout = p.replayTimeout(r.Capacity.Throughput).Seconds()
	}
	c, capacity := p.Candidates[i], r.Replay.Capacity
	traffic := load.Traffic{
		Arrivals: load.Poisson(p.Seed, p.Scenario.Replay.Stages, capacity),
		Requests: requests,
		Stages:   p.Scenario.Replay.Ends(),
	}
	clock.trials--
	trial, warnings, err := p.trial(ctx, clock, c, traffic, r.Replay)
	if trial != nil {
		clock.before = append(clock.before, Live{Target: c.Name, Rate: trial.AchievedRPS, P95: trial.Latency.P95.Duration(), Errors: trial.Errors})
		r.Replay.Trials = append(r.Replay.Trials, *trial)
		r.Warnings = append(r.Warnings, warnings...)
	}
	return err
}

func newReplay(s *scenarios.Scenario, capacity float64) *result.Replay {
	replay := &result.Replay{Seconds: s.Duration().Seconds(), Timeout: s.Replay.Timeout.Seconds(), Capacity: capacity}
	ends := append([]time.Duration{0}, s.Replay.Ends()...)
	for i, stage := range s.Replay.Stages {
		replay.Stages = append(replay.Stages, result.Stage{
			Name: stage.Name, From: ends[i].Seconds(), To: ends[i+1].Seconds(), Rate: stage.Rate.String(),
			Offered: stage.Mean() * stage.Rate.PerSecond(capacity),
		})
	}
	return replay
}

// trial offers the traffic to one candidate. What was recorded before an error
// is returned with it.
func (p *Plan) trial(ctx context.Context, clock *clock, c instance.Candidate, t load.Traffic, replay *result.Replay) (_ *result.Trial, _ []result.Warning, err error) {
	phase := "replay: " + c.Name
	clock.tell(phase, "starting", p.Scenario.Duration()+overhead, nil)
	e, err := instance.Start(ctx, c, load.Options{Timeout: result.Float(replay.Timeout).Duration()})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, e.Stop()) }()
	guarded, release := instance.Guard(ctx, e)
	defer release()
	warnings, err := e.Warm(guarded, t.Requests)
	if err != nil {
		return nil, nil, err
	}
	rec, seen, err := p.offer(guarded, clock, phase, e, t)
	if cause := context.Cause(guarded); err != nil && cause != nil {
		err = cause
	}
	trial := newTrial(c.Name, rec, seen, replay, p)
	return trial, append(warnings, trialWarnings(*trial, seen, p.Environment)...), err
}

// offer sends the traffic while the target's tree is watched.
func (p *Plan) offer(ctx context.Context, clock *clock, phase string, e *instance.Instance, t load.Traffic) (*load.Recording, *readings, error) {
	began := time.Now()
	watching, stop := context.WithCancel(ctx)
	seen := &readings{began: began}
	var lost error
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		if !e.Watched() {
			return
		}
		lost = usage.Watch(watching, samplePause, e.Running.Roots, seen.add)
	}()
	rec, err := e.Client.Offer(ctx, t, func(l load.Live) {
		live := append(slices.Clone(clock.before), Live{Target: e.Name, Rate: l.Rate, P95: l.P95, Errors: l.Errors})
		clock.tell(phase, stageAt(p.Scenario.Replay, l.Elapsed), p.Scenario.Duration()+overhead-time.Since(began), live)
	})
	stop()
	<-watched
	if lost != nil && !errors.Is(lost, usage.ErrUnsupported) && err == nil {
		err = fmt.Errorf("watch the processes of %s: %w", e.Name, lost)
	}
	return rec, seen, err
}

// stageAt is the name of the stage at a moment of the replay, or what goes on
// after the last.
func stageAt(r scenarios.Replay, at time.Duration) string {
	for i, end := range r.Ends() {
		if at < end {
			return r.Stages[i].Name
		}
	}
	return "waiting for the last answers"
}
