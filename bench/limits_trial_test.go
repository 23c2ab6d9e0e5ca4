package bench

import (
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// A trial begins with a lead, at a part of its rate, and ends with a stage as long as the
// objective. Its length stays.
func TestStagesOfATrial(t *testing.T) {
	for _, c := range []struct{ objective, length, lead time.Duration }{
		{100 * time.Millisecond, 8 * time.Second, time.Second},
		{100 * time.Millisecond, time.Second, 250 * time.Millisecond},
		{2 * time.Second, 8 * time.Second, time.Second},
		{500 * time.Millisecond, 2 * time.Second, 500 * time.Millisecond},
	} {
		l := &limitRun{plan: &Plan{Scenario: &scenarios.Scenario{Objective: scenarios.Objective{P95: c.objective}}}}
		r := scenarios.Replay{Stages: l.stages(100, c.length)}
		if first, last := r.Stages[0], r.Stages[2]; r.Duration() != c.length || first.For != c.lead || first.Rate.Value >= 100 || last.For != c.objective || r.Stages[1].For <= 0 || last.Rate.Value != 100 {
			t.Errorf("%+v: got the stages %+v", c, r.Stages)
		}
	}
}

// What a trial achieved counts answers by its end, to hits that were due before its last stage.
func TestAchieved(t *testing.T) {
	rec := &load.Recording{Stages: []load.Group{{Hits: 60}, {Hits: 90, Errors: 10}, {Hits: 9, Errors: 1}}, Answered: []uint64{50, 80, 20}}
	if got, want := achieved(rec), 150.0/160; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The errors of a trial are counted for each second in which hits were due; answers may come
// later, or not at all.
func TestErrorsOfEachSecond(t *testing.T) {
	rec := &load.Recording{Seconds: []load.Second{{Due: 9, Errors: 2}, {Due: 9}, {Due: 4, Errors: 1}, {Done: 3}}}
	for length, want := range map[time.Duration][]uint64{
		2500 * time.Millisecond: {2, 0, 1},
		3 * time.Second:         {2, 0, 1},
		5 * time.Second:         {2, 0, 1, 0, 0},
	} {
		if got := failed(rec, length); !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", length, got, want)
		}
	}
}
