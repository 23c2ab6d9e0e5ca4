package scenarios

import (
	"cmp"
	"time"
)

// Ends returns when each stage ends, since the replay began.
func (r Replay) Ends() (all []time.Duration) {
	end := time.Duration(0)
	for _, s := range r.Stages {
		end += s.For
		all = append(all, end)
	}
	return all
}

// Duration returns how long the replay lasts.
func (s *Scenario) Duration() time.Duration {
	ends := append([]time.Duration{0}, s.Replay.Ends()...)
	return ends[len(ends)-1]
}

// Mean returns the mean of the stage's curve.
func (s Stage) Mean() float64 {
	if len(s.Curve) < 2 {
		return 1
	}
	sum := (s.Curve[0] + s.Curve[len(s.Curve)-1]) / 2
	for _, x := range s.Curve[1 : len(s.Curve)-1] {
		sum += x
	}
	return sum / float64(len(s.Curve)-1)
}

// The whole of a quick run: two replays and the capacity measurement fit into
// half a minute.
const (
	quickReplay = 6 * time.Second
	quickBudget = 11 * time.Second
	quickBlock  = 250 * time.Millisecond
)

// Quick returns the same workload, shortened: the curves keep their shape, in
// less time.
func (s *Scenario) Quick() *Scenario {
	q := *s
	q.Capacity.Budget = min(s.Capacity.Budget, quickBudget)
	q.Capacity.Block = min(s.Capacity.Block, quickBlock)
	q.Replay.Stages = make([]Stage, len(s.Replay.Stages))
	share := min(1, float64(quickReplay)/float64(max(1, s.Duration())))
	for i, stage := range s.Replay.Stages {
		stage.For = time.Duration(float64(stage.For) * share)
		q.Replay.Stages[i] = stage
	}
	q.Replay.Timeout, q.Capacity.Timeout = min(s.Replay.Timeout, 3*time.Second), cmp.Or(s.Capacity.Timeout, s.Replay.Timeout)
	return &q
}
