package parity

import (
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A run stands for the same sequence, and for what it begins with, as far as that took long.
func TestMemory(t *testing.T) {
	step := func(url string, visitor int) trial.Step {
		return trial.Step{Request: trial.Request{Method: "GET", URL: url}, Visitor: visitor}
	}
	q := trial.Sequence{step("/a", 0), step("/b", 0), step("/c", 1)}
	var run []trial.Exchange
	for i, s := range q {
		run = append(run, trial.Exchange{Step: s, Answer: trial.Answer{Took: []time.Duration{time.Millisecond, time.Second, time.Second}[i]}})
	}
	paused, connected, atOnce := trial.Sequence{q[0], q[1]}, trial.Sequence{q[0], q[1]}, trial.Sequence{q[0], q[1]}
	paused[1].Pause, connected[1].Connect, atOnce[0].Batch, atOnce[1].Batch = time.Second, true, 1, 1
	c := visitor.NewCanaries(1, nil)
	for _, x := range []struct {
		name     string
		q        trial.Sequence
		canaries *visitor.Canaries
		runs     int
	}{
		{"the same", q, c, 2}, {"its begin", q[:2], c, 2}, {"over a new connection", connected, c, 2},
		{"a begin that took no time", q[:1], c, 0}, {"its end", q[1:], c, 0}, {"none", nil, c, 0},
		{"another visitor", trial.Sequence{step("/a", 0), step("/b", 1)}, c, 0}, {"after a pause", paused, c, 0},
		{"at the same time", atOnce, c, 0}, {"with other values", q, visitor.NewCanaries(2, nil), 0},
	} {
		m := newMemory()
		for range enoughRuns + 1 {
			m.keep(q, run, c)
		}
		got := m.of(x.q, x.canaries)
		if len(got) != x.runs || len(got) > 0 && len(got[0]) != len(x.q) {
			t.Errorf("%s: got %d runs, want %d", x.name, len(got), x.runs)
		}
	}
}
