package bench

import (
	"context"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// A Question is one thing that a gate measures.
type Question struct {
	Run    func(context.Context) (*result.Result, error) // Plan.Run or Plan.Gate
	Record func(*result.Gate)                            // adds the question to the gate
}

// Ask measures the questions one after the other and judges all of them. Like Run, it returns
// a partial result with an error.
func Ask(ctx context.Context, questions ...Question) (all *result.Result, err error) {
	for _, q := range questions {
		var r *result.Result
		r, err = q.Run(ctx)
		all = result.Join(all, r)
		q.Record(all.Gate)
		if err != nil {
			break
		}
	}
	result.JudgeGate(all)
	return all, err
}

// Objective returns settings that offer a constant rate instead of the replay, for as long as
// the budget allows, to check the scenario's objective.
func (s Settings) Objective(rate scenarios.Rate, budget time.Duration) Settings {
	s.Replay.Stages = []scenarios.Stage{{Name: "objective", For: lengthAt(rate, budget), Rate: rate}}
	return s
}

// objectiveLength is the least time for which a rate is offered.
const objectiveLength = 20 * time.Second

// lengthAt returns how long a rate is offered: until a p95 is known, if the budget allows it.
// Arrivals are random, so it plans a fifth more than are needed on average.
func lengthAt(rate scenarios.Rate, budget time.Duration) time.Duration {
	needed := 1.2 * result.P95Hits / max(rate.PerSecond(0), 1e-3)
	return min(max(objectiveLength, time.Duration(needed*float64(time.Second))), budget)
}
