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

// samplePause is the time between two readings of a process tree: 10 Hz.
const samplePause = 100 * time.Millisecond

// replay offers the scenario's stages to a candidate: the same traffic for each, on fresh
// data, alone on its cores. Rates are relative to the capacity that was known when the first
// replay began.
func (p *Plan) replay(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result, i int) error {
	if r.Replay == nil {
		r.Replay = newReplay(p.Settings.Replay, r.Capacity.Throughput[p.Candidates[0].Name].RPS)
		r.Replay.Traffic = p.Recorded.about()
		r.Replay.Timeout = p.replayTimeout(r.Capacity.Throughput).Seconds()
	}
	c, capacity := p.Candidates[i], r.Replay.Capacity
	clock.trials--
	trial, used, warnings, err := p.trial(ctx, clock, c, p.traffic(p.Settings.Replay, requests, capacity), r.Replay, r.Capacity)
	if trial != nil {
		clock.before = append(clock.before, Live{Target: c.Name, Rate: trial.AchievedRPS, P95: trial.Latency.P95.Duration(), Errors: trial.Errors})
		r.Replay.Trials = append(r.Replay.Trials, *trial)
		r.Warnings = append(r.Warnings, warnings...)
	}
	if used != nil {
		setDatabase(r, c.Name, nil, used)
	}
	return err
}

// traffic returns the requests of a replay with their arrivals.
func (p *Plan) traffic(r scenarios.Replay, requests *load.Requests, capacity float64) load.Traffic {
	if x := p.Recorded; x != nil && x.About.Shape == "" {
		return load.Traffic{Arrivals: x.Record, Requests: requests, Stages: r.Ends(), ClientOf: x.Record.ClientOf}
	}
	return load.Traffic{Arrivals: load.Poisson(p.Seed, r.Stages, capacity), Requests: requests, Stages: r.Ends()}
}

func newReplay(s scenarios.Replay, capacity float64) *result.Replay {
	replay := &result.Replay{Seconds: s.Duration().Seconds(), Timeout: s.Timeout.Seconds(), Capacity: capacity}
	if s.DoubleUpTo.Value > 0 {
		replay.DoubleUpTo = s.DoubleUpTo.String()
	}
	ends := append([]time.Duration{0}, s.Ends()...)
	for i, stage := range s.Stages {
		replay.Stages = append(replay.Stages, newStage(stage, ends[i], ends[i+1], capacity))
	}
	return replay
}

func newStage(s scenarios.Stage, from, to time.Duration, capacity float64) result.Stage {
	stage := result.Stage{Name: s.Name, From: from.Seconds(), To: to.Seconds(), Rate: s.Rate.String(), Offered: s.Mean() * s.Rate.PerSecond(capacity)}
	if s.Rate.Unit == scenarios.HitsPerDay {
		stage.HitsPerDay = s.Rate.Value
	}
	return stage
}

// trial offers the traffic to one candidate, whose capacity was found before. With an error it returns the recording so far.
func (p *Plan) trial(ctx context.Context, clock *clock, c instance.Candidate, t load.Traffic, replay *result.Replay, found *result.Capacity) (trial *result.Trial, used *result.DatabasePhase, warnings []result.Warning, err error) {
	phase := "replay: " + c.Name
	clock.report(phase, "starting", p.Settings.Replay.Duration()+overhead, nil)
	o := load.Options{Timeout: result.Float(replay.Timeout).Duration()}
	err = instance.Run(ctx, []instance.Candidate{c}, false, o, func(ctx context.Context, instances []*instance.Instance) (err error) {
		if warnings, err = instances[0].Warm(ctx, t.Requests); err != nil {
			return err
		}
		watching, stop := context.WithCancel(ctx)
		served := &readings{began: time.Now()}
		wait := p.watchDatabase(watching, served)
		rec, seen, err := p.offer(ctx, clock, phase, instances[0], t, p.Settings.Replay)
		stop()
		err = errors.Join(err, wait())
		trial = newTrial(c.Name, rec, seen, replay, p)
		warnings = append(warnings, trialWarnings(*trial, seen, served, p.Environment, found)...)
		if err == nil && trial.Invalid == "" && trial.Stages[len(trial.Stages)-1].Meets {
			err = p.double(ctx, clock, instances[0], t.Requests, replay)
		}
		if err == nil {
			used, err = p.replayPhase(ctx, instances[0], served, rec.Hits+rec.Errors)
		}
		return err
	})
	return trial, used, warnings, err
}

// offer sends the traffic and reads the target's tree meanwhile.
func (p *Plan) offer(ctx context.Context, clock *clock, phase string, e *instance.Instance, t load.Traffic, r scenarios.Replay) (*load.Recording, *readings, error) {
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
		clock.report(phase, stageAt(r, l.Elapsed), r.Duration()+overhead-time.Since(began), live)
	})
	stop()
	<-watched
	if lost != nil && !errors.Is(lost, usage.ErrUnsupported) && err == nil {
		err = fmt.Errorf("watch the processes of %s: %w", e.Name, lost)
	}
	return rec, seen, err
}

// stageAt returns the name of the stage at a moment of the replay, or of the wait after the
// last stage.
func stageAt(r scenarios.Replay, at time.Duration) string {
	for i, end := range r.Ends() {
		if at < end {
			return r.Stages[i].Name
		}
	}
	return "waiting for the last answers"
}
