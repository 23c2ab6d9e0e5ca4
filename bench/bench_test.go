package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/scenarios"
)

// Users of a server that takes 3 ms and of one that takes 1 ms: the second carries up to
// three times as much, since waking up adds about the same time to both. The width of the
// interval after three sessions depends on the machine.
func TestRunFindsAGainThatIsThere(t *testing.T) {
	p := plan(t, "slow", "quick")
	p.Settings.Capacity.Budget = 24 * time.Second // eight seconds for each of three parts: starts take long under the race detector
	var phases []string
	p.Watch = func(g bench.Progress) {
		if len(phases) == 0 || phases[len(phases)-1] != g.Phase {
			phases = append(phases, g.Phase)
		}
	}
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g := r.Capacity.Gain
	if g == nil || g.Candidate != "quick" || g.Low > g.Ratio || g.Ratio > g.High || g.Ratio <= 1 {
		t.Errorf("gain %+v, want more than 1", g)
	}
	if g.Sessions < 3 || r.Capacity.Sessions != g.Sessions || len(r.Capacity.Quads) != g.Quads {
		t.Errorf("%d quads of %d sessions, %d and %d in the result; want at least 3 sessions: before, between and after the replays", g.Quads, g.Sessions, len(r.Capacity.Quads), r.Capacity.Sessions)
	}
	if got := strings.Join(phases, ", "); got != "answers, capacity, replay: slow, capacity, replay: quick, capacity, costs" {
		t.Errorf("phases %s", got)
	}
	slow, quick := r.Replay.Trials[0], r.Replay.Trials[1]
	if slow.Hits+slow.Errors != quick.Hits+quick.Errors {
		t.Errorf("%d and %d hits: not the same traffic", slow.Hits+slow.Errors, quick.Hits+quick.Errors)
	}
	if got := slow.Stages[1].OfferedRPS / r.Replay.Capacity; math.Abs(got-1.5) > 0.3 {
		t.Errorf("the rush is %.2f times the baseline's capacity, want 1.5", got)
	}
	if got := r.Replay.Stages[1].Offered / r.Replay.Capacity; math.Abs(got-1.5) > 1e-6 {
		t.Errorf("the rush is planned at %v times the baseline's capacity, want 1.5", got)
	}
	if float64(slow.Latency.P50) < 0.003 {
		t.Errorf("the median of slow is %v s, less than its service time", slow.Latency.P50)
	}
}

// Three targets whose pages take seconds have gains with wide intervals, and advice on how to
// narrow these.
func TestThreeSlowTargetsHaveAGain(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := short(t, "tardy", "late", "teller")
	p.Settings.Capacity.Budget, p.Settings.Capacity.Within, p.Settings.Replay.Timeout = 40*time.Second, 0.05, 20*time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"late", "teller"} {
		g, ok := r.Capacity.GainOf(name)
		if !ok || !g.Bounded() {
			t.Errorf("%s: %+v, %v", name, g, ok)
		}
		told := regexp.MustCompile(`the (interval|values) of ` + name + ` .*(\(--budget |hours would not narrow it)`).MatchString(textsAbout(r, "capacity.gain"))
		if half := math.Sqrt(g.High/g.Low) - 1; half > 0.05 && !told {
			t.Errorf("%s: ±%v and no advice: %s", name, half, textsAbout(r, "capacity.gain"))
		}
	}
}

func TestOneTargetHasACapacityButNoGain(t *testing.T) {
	lengthy(t)
	t.Parallel()
	r, err := plan(t, "quick").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Capacity.Gain != nil || r.Capacity.Throughput["quick"].Hits == 0 || len(r.Replay.Trials) != 1 {
		t.Errorf("capacity %+v, %d trials", r.Capacity, len(r.Replay.Trials))
	}
}

func TestAThirdTargetHasAGainOfItsOwn(t *testing.T) {
	lengthy(t)
	p := plan(t, "slow", "quick")
	p.Settings.Replay.Stages = nil
	p.Settings.Capacity.Within = 1
	third := candidate(t, "quick")
	third.Name = "other"
	p.Candidates = append(p.Candidates, third)
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Capacity.Gains) != 2 || r.Capacity.Gain.Candidate != "quick" || r.Replay != nil {
		t.Errorf("gains %+v", r.Capacity.Gains)
	}
}

func TestAnInterruptedRunKeepsWhatItHas(t *testing.T) {
	t.Parallel()
	p := plan(t, "slow", "quick")
	ctx, cancel := context.WithCancel(t.Context())
	p.Watch = func(g bench.Progress) {
		if g.Phase == "replay: quick" {
			cancel()
		}
	}
	r, err := p.Run(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
	if r.Partial != "interrupted" || r.Capacity.Gain == nil || len(r.Replay.Trials) == 0 || r.Empty() {
		t.Errorf("partial %q with %d trials", r.Partial, len(r.Replay.Trials))
	}
}

func TestADyingTargetIsNamedWithItsLastWords(t *testing.T) {
	t.Parallel()
	r, err := plan(t, "slow", "mortal").Run(t.Context())
	var death *instance.DeathError
	if !errors.As(err, &death) || death.Target != "mortal" || !strings.Contains(err.Error(), "out of luck") {
		t.Fatalf("got %v, want the death of mortal", err)
	}
	if r.Partial == "" {
		t.Error("the result is not marked partial")
	}
}

func TestATargetThatIsAlwaysWrongIsNoCandidate(t *testing.T) {
	t.Parallel()
	_, err := plan(t, "wrong").Run(t.Context())
	var silent *bench.SilentError
	if !errors.As(err, &silent) || silent.Target != "wrong" || !strings.Contains(err.Error(), "status 418") {
		t.Errorf("got %v, want an error that wrong gave no right answer", err)
	}
}

// Other tools rely on these keys.
func TestKeysOfAResult(t *testing.T) {
	lengthy(t)
	p := plan(t, "slow", "quick")
	p.Settings.Capacity.Budget = 3 * time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"schema", "scenario.name", "environment.cpu", "targets.0.name", "capacity.throughput.slow.rps",
		"capacity.gain.ratio", "capacity.gain.low", "capacity.gain.high", "capacity.gain.level",
		"replay.trials.0.target", "replay.trials.0.offered_rps", "replay.trials.0.achieved_rps", "replay.trials.0.errors",
		"replay.trials.0.latency.p50", "replay.trials.0.latency.max", "replay.trials.0.series.0.at", "warnings",
		"costs.slow.total.cpu_seconds", "costs.slow.total.low", "costs.slow.total.high", "costs.quick.work.page_faults", "costs.quick.wall.seconds",
	} {
		if !has(doc, strings.Split(path, ".")) {
			t.Errorf("the result has no %s", path)
		}
	}
}

func has(doc any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	switch x := doc.(type) {
	case map[string]any:
		v, ok := x[path[0]]
		return ok && has(v, path[1:])
	case []any:
		return len(x) > 0 && has(x[0], path[1:])
	}
	return false
}

// One worker cannot answer eight users within the timeout, so there are fewer users.
func TestFewerUsersThanTimeOut(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := plan(t, "teller")
	p.Settings.Replay.Timeout, p.Settings.Replay.Stages = 2*time.Second, nil
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Capacity.Throughput["teller"]; x.Errors > 0 || x.Hits == 0 || r.Capacity.Users >= 8 {
		t.Errorf("%d users: %+v", r.Capacity.Users, x)
	}
}

// A page that takes longer than the timeout of a quick replay is still measured.
func TestAQuickRunOfASlowPage(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := plan(t, "tardy")
	p.Settings.Replay = scenarios.Replay{Timeout: 10 * time.Second, Stages: []scenarios.Stage{{Name: "calm", For: 4 * time.Second, Rate: scenarios.Rate{Value: 1}}}}
	p.Settings.Capacity.Budget = 4 * time.Second
	p.Settings = p.Settings.Quick()
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Capacity.Throughput["tardy"]; r.Replay.Trials[0].Errors > 0 || x.Errors > 0 || x.Hits == 0 {
		t.Errorf("%+v, replay %+v", x, r.Replay.Trials[0].Faults)
	}
}

// A wrong answer at the beginning does not end the run.
func TestAWrongFirstAnswerIsOneOfMany(t *testing.T) {
	lengthy(t)
	t.Parallel()
	r, err := short(t, "stumbler").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Capacity.Throughput["stumbler"]; x.Hits == 0 || x.Errors == 0 || r.Verdict.Valid {
		t.Errorf("%+v, valid: %v", x, r.Verdict.Valid)
	}
}

// A page that hangs now and then is an error, but does not reduce the users.
func TestATimeoutNowAndThenIsNoReasonForFewerUsers(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := plan(t, "forgetful")
	p.Settings.Replay.Timeout, p.Settings.Replay.Stages = time.Second, nil
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Capacity.Throughput["forgetful"]; x.Errors == 0 || r.Capacity.Users != 8 {
		t.Errorf("%d users, %+v", r.Capacity.Users, x)
	}
}
