package result

import (
	"math"
	"strings"
	"testing"
)

// ofTurns returns a quad in which each block is ten turns of 40.0 ms at 1,000 hits per
// second. After the turns, pending answers took the given milliseconds more.
func ofTurns(base, head float64) Quad {
	block := func(target string, drain float64) Block {
		return Block{Target: target, Hits: 400, Seconds: 0.4, Turns: 10, Drain: drain / 100, Generator: 0.2}
	}
	return Quad{Candidate: "head", Blocks: []Block{block("base", base), block("head", head), block("head", head), block("base", base)}}
}

// If head answers late, after its turns, it would lose in longer turns: it does not pass.
func TestAnswersThatOutlastTheirTurns(t *testing.T) {
	if doubts := LateAnswers([]Quad{ofTurns(6, 12)}, 8); len(doubts) > 0 {
		t.Errorf("answers within the usual: %q", doubts)
	}
	doubts := LateAnswers([]Quad{ofTurns(6, 103)}, 8)
	if len(doubts) != 1 || !strings.Contains(doubts[0], "after its turns of 40.0 ms, head took another 103 ms") || !strings.Contains(doubts[0], "block: 410ms") {
		t.Errorf("got %q", doubts)
	}
	r := &Result{Gate: &Gate{Users: 8, Quads: 8, Looks: 5, Alpha: 0.05, MaxLoss: 0.05, Sessions: []Session{{Quads: []Quad{ofTurns(6, 103), ofTurns(6, 103)}}}}}
	if JudgeGate(r); r.Verdict.Valid {
		t.Errorf("valid: %+v", r.Verdict)
	}
}

// The headline of a comparison mentions late answers too, unless users wait for workers.
func TestAComparisonWhoseTurnsAreTooShort(t *testing.T) {
	q := ofTurns(6, 103)
	const but = "But some answers of head take longer than its turns: it carries less than was measured."
	headline := func(x Throughput) string {
		c := &Capacity{Users: 8, Throughput: map[string]Throughput{"head": x}, Quads: []Quad{q}, Gain: &Gain{Candidate: "head", Ratio: 1, Low: 0.9, High: 1.1, Level: 0.95}}
		return Judge(&Result{Targets: []Target{{Name: "base"}, {Name: "head"}}, Capacity: c}).Sentence
	}
	if got := headline(Throughput{Hits: 1}); !strings.HasSuffix(got, but) {
		t.Errorf("got %q", got)
	}
	if got := headline(Throughput{Hits: 1, Connections: &Connections{Yielded: 1}}); strings.Contains(got, "But") {
		t.Errorf("few threads: got %q", got)
	}
	for i := range q.Blocks {
		q.Blocks[i].Processes, q.Blocks[i].SingleThreaded = 6, 6
	}
	if got := headline(Throughput{Hits: 1}); strings.Contains(got, "But") {
		t.Errorf("few processes: got %q", got)
	}
}

// If there are fewer processes than users, the advice is to run more workers.
func TestLateAnswersOfFewProcesses(t *testing.T) {
	q := ofTurns(6, 103)
	q.Blocks[1].Processes, q.Blocks[1].SingleThreaded = 6, 6
	doubts := LateAnswers([]Quad{q}, 8)
	if len(doubts) != 1 || !strings.Contains(doubts[0], "it ran 5 worker processes for 8 users at once") || strings.Contains(doubts[0], "block:") {
		t.Errorf("got %q", doubts)
	}
	q.Blocks[1].SingleThreaded = 0
	if doubts := LateAnswers([]Quad{q}, 8); len(doubts) != 1 || !strings.Contains(doubts[0], "block: 410ms") {
		t.Errorf("with threads: %q", doubts)
	}
}

func TestCrowded(t *testing.T) {
	b := Block{Hits: 100, Seconds: 1, CPU: 0.1, Processes: 3, SingleThreaded: 3, Turns: 10}
	if got := b.Crowded("starman", 8, 1, 0.08); !strings.Contains(got, "starman used 10% of a core under full load while its users waited: it ran 2 worker processes") {
		t.Errorf("got %q", got)
	}
	gateway := b
	gateway.Processes = 4
	if got := gateway.Crowded("php", 8, 1, 0.08); !strings.Contains(got, "it ran 2 worker processes") {
		t.Errorf("behind a gateway: got %q", got)
	}
	busy, many, threads := b, b, b
	busy.CPU, many.Processes, many.SingleThreaded, threads.Processes = 0.9, 9, 9, 5
	for _, b := range []Block{busy, many, threads, {}} {
		if got := b.Crowded("other", 8, 1, 0.08); got != "" {
			t.Errorf("%+v: got %q", b, got)
		}
	}
}

// A server with too few workers shows several signs of that, and gets one warning. A full
// listen queue of a server with one process is no reason for longer turns.
func TestUsersWhoWaitForWorkersGetOneWarning(t *testing.T) {
	late := Block{Hits: 400, Seconds: 0.4, Turns: 10, Drain: 1.03, Processes: 4, SingleThreaded: 4, Workers: 2}
	x := Throughput{Hits: 400, Latency: Latency{P50: 0.01}, Connections: &Connections{Opened: 40, ConnectSeconds: 20, Queued: 20, Yielded: 20}}
	single := late
	single.Processes, single.SingleThreaded, single.Workers = 1, 1, 1
	crowded := late
	crowded.Drain, crowded.CPU = 0, 0.01
	many := late
	many.Processes, many.SingleThreaded, many.Workers = 9, 9, 8
	queue := x
	queue.Connections = &Connections{Opened: 40, ConnectSeconds: 20, Queued: 20}
	for name, c := range map[string]struct {
		b    Block
		x    Throughput
		want string
	}{
		"late answers": {late, x, "it ran 2 worker processes for 8 users"},
		"idle cores":   {crowded, x, "it ran 2 worker processes for 8 users"},
		"one process":  {single, queue, "20 connections waited a second or more for a place in the listen queue"},
		"many workers": {many, Throughput{Hits: 400, Latency: Latency{P50: 0.01}}, "longer turns"},
	} {
		got := c.b.Waits("x", 8, 4, c.x)
		if len(got) != 1 || !strings.Contains(got[0].Text, c.want) {
			t.Errorf("%s: got %q, want one warning that %s", name, got, c.want)
		}
	}
	found := &Capacity{Users: 8, Quads: []Quad{{Candidate: "x", Blocks: []Block{{Target: "x", Hits: 400, Seconds: 0.4, Processes: 3, SingleThreaded: 3}}}}, Throughput: map[string]Throughput{"x": x}}
	if got := found.WithoutWaits("x", x.Connections).Warnings("x", 400, 0.01); len(got) != 0 {
		t.Errorf("in a replay: %q", got)
	}
	if got := found.WithoutWaits("y", x.Connections).Warnings("y", 400, 0.01); len(got) != 2 {
		t.Errorf("of another target: %q", got)
	}
}

func TestDelayedAck(t *testing.T) {
	for name, c := range map[string]struct {
		p50, p90, cpu float64
		known, want   bool
	}{
		"head and body apart":   {0.044, 0.045, 0.0001, true, true},
		"with work of 5 ms":     {0.046, 0.06, 0.005, true, true},
		"fast":                  {0.001, 0.04, 0.0001, true, false},
		"it takes 40 ms of CPU": {0.0415, 0.05, 0.04, true, false},
		"unknown CPU":           {0.0441, 0.0449, 0, false, true},
		"unknown CPU, spread":   {0.0441, 0.09, 0, false, false},
		"nothing":               {math.NaN(), math.NaN(), math.NaN(), true, false},
	} {
		if got := DelayedAck("x", Latency{P50: Float(c.p50), P90: Float(c.p90)}, c.cpu, 0, c.known); (got != "") != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// An earlier result of another machine only warns, even if it is the only check.
func TestABaselineThatOnlyWarns(t *testing.T) {
	r := &Result{
		Capacity: &Capacity{Gain: &Gain{Ratio: 20, Low: 19, High: 21, Level: 0.95}},
		Gate:     &Gate{MaxLoss: 0.05, Advisory: true, Baseline: &Stored{Gain: Gain{Ratio: 30, Low: 29, High: 31}}},
	}
	if JudgeGate(r); r.Gate.Outcome != Pass || !r.Verdict.Valid || !strings.Contains(r.Verdict.Sentence, "Only a warning") || !strings.Contains(r.Verdict.Sentence, "has fallen") {
		t.Errorf("%s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
}

// A gain is invalid if the generator was at its limit.
func TestAGainThatTheGeneratorLimits(t *testing.T) {
	q := ofTurns(5, 5)
	for i := range q.Blocks {
		q.Blocks[i].Generator = 0.95
	}
	r := &Result{Capacity: &Capacity{Quads: []Quad{q}, Gain: &Gain{Ratio: 20, Low: 19, High: 21}}, Gate: &Gate{MinGain: 4}}
	if JudgeGate(r); r.Verdict.Valid {
		t.Errorf("valid: %+v", r.Verdict)
	}
}

func TestConsistent(t *testing.T) {
	made := func() *Result {
		c := &Capacity{Gain: &Gain{Candidate: "head", Level: 0.95, Quads: 3}}
		for i := range 3 {
			q := ofTurns(5, 5)
			q.Session, q.At = i, float64(i)
			c.Quads = append(c.Quads, q)
		}
		c.Gain.Ratio, c.Gain.Low, c.Gain.High = 1, 1, 1
		return &Result{
			Capacity: c, Scenario: Scenario{Objective: Objective{P95: 0.5, Errors: 0.01}},
			Replay: &Replay{Trials: []Trial{{Target: "head", Stages: []StageResult{{Name: "rush", Hits: 1000, Latency: Latency{P95: 0.4}, Meets: true}}}}},
			Gate:   &Gate{Looks: 5, Alpha: 0.05, MaxLoss: 0.05, Sessions: []Session{{}}},
		}
	}
	if err := Consistent(made()); err != nil {
		t.Fatal(err)
	}
	for want, edit := range map[string]func(*Result){
		"but its quads give":            func(r *Result) { r.Capacity.Gain.Ratio = 1.5 },
		"the file holds 3":              func(r *Result) { r.Capacity.Gain.Quads = 30 },
		"p95 and errors of head do not": func(r *Result) { r.Replay.Trials[0].Stages[0].Latency.P95 = 0.6 },
		"the largest allowed loss is 2": func(r *Result) { r.Gate.MaxLoss = 2 },
	} {
		r := made()
		edit(r)
		if err := Consistent(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Bounds are computed again from the quads: the estimate may change between versions.
func TestAGainOfAnEarlierVersion(t *testing.T) {
	c := &Capacity{}
	for i := range 6 {
		q := ofTurns(5, 5)
		q.Candidate, q.Session, q.At = "head", i/2, float64(i)
		q.Blocks[1].Hits += uint64(i)
		c.Quads = append(c.Quads, q)
	}
	now := c.Again(Gain{Baseline: "base", Candidate: "head", Level: 0.95})
	then := now
	then.Low, then.High = 0.9*now.Low, 1.1*now.High
	if got := c.Again(then); got.Low != now.Low || got.High != now.High || got.Quads != 6 {
		t.Errorf("got %+v, want %+v", got, now)
	}
	if err := c.consistent(then); err != nil {
		t.Error(err)
	}
}

func TestStudyTooWrong(t *testing.T) {
	runs := func(right, wrong int) *Study {
		s := &Study{MaxLoss: 0.05}
		for i := range right + wrong {
			s.Runs = append(s.Runs, StudyRun{Valid: true, Alpha: 0.05, Outcome: map[bool]Outcome{true: Fail, false: Pass}[i < wrong]})
		}
		return s
	}
	for _, c := range []struct {
		right, wrong int
		want         bool
	}{{1, 0, false}, {0, 1, true}, {1, 1, true}, {39, 1, false}, {36, 4, false}, {34, 6, true}} {
		if s := runs(c.right, c.wrong); s.TooWrong() != c.want || s.Wrong() != c.wrong {
			t.Errorf("%d of %d wrong: %v, %d", c.wrong, c.right+c.wrong, s.TooWrong(), s.Wrong())
		}
	}
}
