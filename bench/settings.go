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

// Settings control how a scenario is measured: the number of users, times and rates. They
// come from the scenario, or from a verb that measures something else, such as a quick run.
// The scenario itself stays as it was parsed.
type Settings struct {
	Capacity scenarios.Capacity
	Replay   scenarios.Replay
	Patience time.Duration // timeout of an answer in a closed loop; 0 is the replay's timeout
	Limits   time.Duration // budget of the search for the highest sustained rates; 0 means no search
}

// SettingsOf returns the settings of a scenario.
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

// Quick returns settings for the same workload in less time. The curves keep their shape.
func (s Settings) Quick() Settings {
	q := Settings{Capacity: s.Capacity, Patience: s.patience(), Limits: s.Limits}
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

// patience returns the timeout of an answer in a closed loop.
func (s Settings) patience() time.Duration { return cmp.Or(s.Patience, s.Replay.Timeout) }

// digest identifies the workload: it is the digest of the scenario's source, or of source and
// replay if the replay is not the scenario's. The budget for capacity is not part of it: a
// longer measurement finds the same figure, with a narrower interval.
func (p *Plan) digest() string {
	if len(p.Settings.Replay.Stages) == 0 || reflect.DeepEqual(p.Settings.Replay, p.Scenario.Replay) {
		return p.Source
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v", p.Source, p.Settings.Replay))
	return hex.EncodeToString(sum[:])
}
