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
	Record func(*result.Gate)                            // adds to the gate what was asked
}

// Ask measures the questions one after the other and judges all of them. Like Run, it
// returns what was measured so far with an error.
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

// Objective returns settings that offer a rate in place of the replay, for as long as the
// budget allows, to see whether the scenario's objective holds.
func (s Settings) Objective(rate scenarios.Rate, budget time.Duration) Settings {
	s.Replay.Stages = []scenarios.Stage{{Name: "objective", For: lengthAt(rate, budget), Rate: rate}}
	return s
}

// objectiveLength is how long a rate is offered at least.
const objectiveLength = 20 * time.Second

// lengthAt is how long a rate is offered: until a p95 is known, if the budget has room
// for that. Arrivals are random: a fifth more than are needed on average suffice.
func lengthAt(rate scenarios.Rate, budget time.Duration) time.Duration {
	needed := 1.2 * result.P95Hits / max(rate.PerSecond(0), 1e-3)
	return min(max(objectiveLength, time.Duration(needed*float64(time.Second))), budget)
}
