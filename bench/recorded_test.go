package bench_test

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// recordedPlan returns a plan with 60 recorded hits in a second: GET / by three clients, one of
// four to a route of its own.
func recordedPlan(t *testing.T, names ...string) *bench.Plan {
	p := short(t, names...)
	p.Scenario.Mix = append(p.Scenario.Mix, scenarios.Route{Name: "other page", Weight: 1, Method: "GET", Path: "/other", Expect: scenarios.Expect{Body: "right"}})
	record := &load.Record{Requests: []load.RecordedRequest{{Method: "GET", URI: "/"}, {Route: 1, Method: "GET", URI: "/other?x=1"}}}
	for i := range 60 {
		h := load.RecordedHit{Due: time.Duration(i) * 16 * time.Millisecond, Client: uint32(i%3 + 1)}
		if i%4 == 3 {
			h.Request = 1
		}
		record.Hits = append(record.Hits, h)
	}
	p.Recorded = &bench.Recorded{Record: record, About: result.Traffic{File: "day.zst", Hits: 60, Speed: 1, Times: 1}}
	p.Settings.Replay.Stages = []scenarios.Stage{{Name: "all", For: time.Second, Rate: scenarios.Rate{Value: 60}}}
	return p
}

func TestRunReplaysRecordedTraffic(t *testing.T) {
	t.Parallel()
	r, err := recordedPlan(t, "quick").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	trial := r.Replay.Trials[0]
	if n := trial.Hits + trial.Errors; n != 60 || r.Replay.Traffic == nil || r.Replay.Traffic.File != "day.zst" {
		t.Errorf("%d hits of %+v, want the 60 of day.zst", n, r.Replay.Traffic)
	}
	if a, b := trial.Routes[0], trial.Routes[1]; a.Hits+a.Errors != 45 || b.Hits+b.Errors != 15 {
		t.Errorf("%d and %d hits of the routes, want 45 and 15: the closed loop and the replay send what was recorded", a.Hits+a.Errors, b.Hits+b.Errors)
	}
}

// Only the rate follows the file: about 300 hits of a Poisson process.
func TestRunReplaysAShape(t *testing.T) {
	t.Parallel()
	p := recordedPlan(t, "quick")
	p.Recorded.About.Shape = "300 hits/s"
	p.Settings.Replay.Stages[0].Rate.Value = 300
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := r.Replay.Trials[0].Hits + r.Replay.Trials[0].Errors; n < 200 || n > 400 {
		t.Errorf("%d hits, want about 300", n)
	}
}
