package bench

import (
	"context"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// double repeats the last stage of a replay at twice its rate, four times, and so on, until
// the instance misses the objective. Each repetition begins when all hits of the previous one
// are answered.
func (p *Plan) double(ctx context.Context, clock *clock, e *instance.Instance, requests *load.Requests, replay *result.Replay) error {
	for _, stage := range p.Settings.Replay.Doubled(replay.Capacity) {
		d, err := p.doubled(ctx, clock, e, requests, stage, replay.Capacity)
		if err != nil {
			return err
		}
		replay.Doubled = append(replay.Doubled, d)
		if d.Invalid != "" || !d.Result.Meets {
			break
		}
	}
	return nil
}

// doubled offers one stage.
func (p *Plan) doubled(ctx context.Context, clock *clock, e *instance.Instance, requests *load.Requests, stage scenarios.Stage, capacity float64) (d result.Doubled, err error) {
	r := scenarios.Replay{Stages: []scenarios.Stage{stage}}
	rec, seen, err := p.offer(ctx, clock, "replay: "+e.Name, e, p.traffic(r, requests, capacity), r)
	if err != nil {
		return d, err
	}
	d = result.Doubled{Target: e.Name, Stage: newStage(stage, 0, r.Duration(), capacity), Invalid: lags(rec)}
	d.Result = stageResult(d.Stage, rec.Stages[0], rec.Answered[0], seen, objectiveOf(p.Scenario))
	return d, nil
}
