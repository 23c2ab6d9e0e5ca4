package result_test

import (
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// Joining a result without a gain keeps the earlier gain.
func TestJoinKeepsTheGain(t *testing.T) {
	gain := &result.Result{Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}}, Capacity: &result.Capacity{Gain: &result.Gain{Ratio: 20}}}
	objective := &result.Result{Targets: []result.Target{{Name: "persistent"}}, Capacity: &result.Capacity{}, Replay: &result.Replay{}, Seconds: 3}
	whole := result.Join(result.Join(nil, gain), objective)
	if whole.Capacity.Gain == nil || whole.Replay == nil || len(whole.Targets) != 2 || whole.Seconds != 3 || whole.Gate == nil {
		t.Errorf("got %+v", whole)
	}
}
