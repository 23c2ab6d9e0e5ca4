package bench_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

func TestQuickKeepsTheShape(t *testing.T) {
	s := loaded(t, "peak-hour")
	q := bench.SettingsOf(s).Quick()
	// Two replays, the requests in flight after them, and the capacity.
	if whole := 2*q.Replay.Duration() + q.Replay.Timeout + q.Capacity.Budget; whole > 27*time.Second {
		t.Errorf("a quick run takes %v, and starts and stops besides", whole)
	}
	for i := range s.Replay.Stages {
		a, b := s.Replay.Stages[i], q.Replay.Stages[i]
		if a.Mean() != b.Mean() || a.Rate != b.Rate || a.Name != b.Name {
			t.Errorf("stage %s changed: %+v", a.Name, b)
		}
	}
}

func loaded(t *testing.T, name string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The digest depends on the workload, but not on the length of the measurement.
func TestTheDigestDescribesWhatIsMeasured(t *testing.T) {
	p := plan(t)
	own := p.Settings
	own.Replay.Stages[0].For = 10 * time.Second // longer than a quick run
	digest := func(settings bench.Settings) result.Scenario {
		p.Source, p.Settings, p.Candidates = "a source", settings, []instance.Candidate{unready}
		r, err := p.Run(t.Context())
		if !errors.Is(err, errUnready) {
			t.Fatal(err)
		}
		return r.Scenario
	}
	longer := own
	longer.Capacity.Budget *= 2
	for name, settings := range map[string]bench.Settings{"as parsed": own, "longer": longer, "capacity alone": own.CapacityOnly(time.Minute, 1)} {
		if got := digest(settings); got.Digest != "a source" || got.Source != "" {
			t.Errorf("%s: got %+v, want the digest of the source", name, got)
		}
	}
	seen := map[string]bool{"a source": true}
	for name, settings := range map[string]bench.Settings{
		"quick": own.Quick(), "a rate": own.Objective(scenarios.Rate{Value: 500}, time.Minute), "another rate": own.Objective(scenarios.Rate{Value: 600}, time.Minute),
	} {
		got := digest(settings)
		if seen[got.Digest] || got.Source != "a source" || got.SourceDigest() != "a source" {
			t.Errorf("%s: got %+v, want a digest of its own", name, got)
		}
		seen[got.Digest] = true
	}
}

var errUnready = errors.New("not ready")

// unready is a candidate that cannot be started.
var unready = instance.Candidate{Fresh: func(context.Context) (target.Target, error) { return target.Target{}, errUnready }}
