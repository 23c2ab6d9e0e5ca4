package bench

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// Settings are how a scenario is measured: with how many users, for how long and at which
// rates. They are those of the scenario or what a verb measures instead, such as a quick
// run. The scenario itself stays as it was parsed.
type Settings struct {
	Capacity scenarios.Capacity
	Replay   scenarios.Replay
	Patience time.Duration // how long a closed loop waits for an answer; 0 is the replay's timeout
}

// SettingsOf returns the settings that a scenario asks for.
func SettingsOf(s *scenarios.Scenario) Settings {
	return Settings{Capacity: s.Capacity, Replay: s.Replay}
}

// A whole quick run takes half a minute: two replays and the capacity measurement.
const (
	quickReplay  = 6 * time.Second
	quickBudget  = 11 * time.Second
	quickBlock   = 250 * time.Millisecond
	quickTimeout = 3 * time.Second // of a replay
)

// Quick returns settings for the same workload in less time: the curves keep their shape.
func (s Settings) Quick() Settings {
	q := Settings{Capacity: s.Capacity, Patience: s.patience()}
	q.Capacity.Budget = min(s.Capacity.Budget, quickBudget)
	q.Capacity.Block = min(s.Capacity.Block, quickBlock)
	q.Replay.Timeout = min(s.Replay.Timeout, quickTimeout)
	share := min(1, float64(quickReplay)/float64(max(1, s.Replay.Duration())))
	for _, stage := range s.Replay.Stages {
		stage.For = time.Duration(float64(stage.For) * share)
		q.Replay.Stages = append(q.Replay.Stages, stage)
	}
	return q
}

// CapacityOnly returns settings that measure capacity for the time of a budget, and warn
// about an interval that is wider than within.
func (s Settings) CapacityOnly(budget time.Duration, within float64) Settings {
	s.Replay.Stages = nil
	s.Capacity.Budget, s.Capacity.Within = budget, within
	return s
}

// patience is how long a closed loop waits for an answer.
func (s Settings) patience() time.Duration { return cmp.Or(s.Patience, s.Replay.Timeout) }

// digest tells workloads apart: it is that of the scenario's source, or of both where the
// replay is not the scenario's. How long capacity is measured is not part of it: a longer
// measurement finds the same figure, with a narrower interval.
func (p *Plan) digest() string {
	if len(p.Settings.Replay.Stages) == 0 || reflect.DeepEqual(p.Settings.Replay, p.Scenario.Replay) {
		return p.Source
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v", p.Source, p.Settings.Replay))
	return hex.EncodeToString(sum[:])
}
