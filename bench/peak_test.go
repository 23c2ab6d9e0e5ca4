package bench

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// Hits a day say where their factor is from: a plan's own factor counts before the stages, and
// without stages a day is assumed to be flat.
func TestPeakOfAPlan(t *testing.T) {
	stages := []scenarios.Stage{{For: time.Second, Rate: scenarios.Rate{Value: 1}}, {For: time.Second, Rate: scenarios.Rate{Value: 3}}}
	for name, c := range map[string]struct {
		stages []scenarios.Stage
		peak   result.Peak
		want   result.Peak
	}{
		"stages":         {stages, result.Peak{}, result.Peak{ToMean: 1.5, From: result.PeakOfScenario}},
		"assumed stages": {stages, result.Peak{From: result.PeakOfDefault}, result.Peak{ToMean: 1.5, From: result.PeakOfDefault}},
		"no stages":      {nil, result.Peak{}, result.Peak{ToMean: 1, From: result.PeakOfDefault}},
		"a flag":         {stages, result.Peak{ToMean: 4, From: result.PeakOfFlag}, result.Peak{ToMean: 4, From: result.PeakOfFlag}},
		"a log":          {nil, result.Peak{ToMean: 2, From: result.PeakOfLog}, result.Peak{ToMean: 2, From: result.PeakOfLog}},
	} {
		p := &Plan{Scenario: &scenarios.Scenario{Replay: scenarios.Replay{Stages: c.stages}}, Peak: c.peak}
		if got := p.peak(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}
