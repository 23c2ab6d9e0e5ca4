package result_test

import (
	"math"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// sessions returns sessions of quads in which the throughput of head is ratio times that
// of base, plus or minus alternating noise.
func sessions(ratio, noise float64, counts ...int) []result.Session {
	var all []result.Session
	i := 0
	for _, n := range counts {
		var s result.Session
		for range n {
			x := ratio * math.Exp(noise*float64(i%5-2))
			i += 3
			block := func(target string, hits float64) result.Block {
				return result.Block{Target: target, Hits: uint64(math.Round(hits)), Seconds: 0.5, Generator: 0.2}
			}
			s.Quads = append(s.Quads, result.Quad{Candidate: "head", Blocks: []result.Block{
				block("base", 1e6), block("head", 1e6*x), block("head", 1e6*x), block("base", 1e6),
			}})
		}
		all = append(all, s)
	}
	return all
}

func gated(s []result.Session) *result.Result {
	return &result.Result{Gate: &result.Gate{Quads: 8, Looks: 5, Alpha: 0.05, MaxLoss: 0.05, Sessions: s}}
}

func TestJudgeGateThroughput(t *testing.T) {
	for name, c := range map[string]struct {
		s    []result.Session
		loss float64
		want result.Outcome
		look int
		text string
	}{
		"the same":        {sessions(1, 0.01, 10, 10, 10, 10), 0.05, result.Pass, 2, "did not fall by 5%"},
		"a tenth is lost": {sessions(0.9, 0.01, 10, 10, 10, 10), 0.05, result.Fail, 2, "was lost: it is 89.9% of the base's"},
		"too noisy":       {sessions(0.97, 0.2, 10, 10, 10, 10), 0.05, result.Inconclusive, 5, "may have fallen"},
		"before any look": {sessions(0.5, 0.01, 4), 0.05, result.Inconclusive, 0, "may have fallen"},
		"10% are allowed": {sessions(0.9, 0.002, 10, 10, 10, 10), 0.2, result.Pass, 2, "was lost, but less than the 20%"},
	} {
		t.Run(name, func(t *testing.T) {
			r := gated(c.s)
			r.Gate.MaxLoss, r.Gate.Spent = c.loss, c.look == 5
			result.JudgeGate(r)
			got := r.Gate.Checks[0]
			if r.Gate.Outcome != c.want || got.Outcome != c.want || got.Look != c.look || !strings.Contains(got.Reason, c.text) || !r.Verdict.Valid {
				t.Errorf("got %s at look %d: %s; want %s at look %d: …%s…", r.Gate.Outcome, got.Look, got.Reason, c.want, c.look, c.text)
			}
			if !got.MDE.Known() || r.Verdict.Sentence != got.Reason {
				t.Errorf("MDE %v, verdict %q", got.MDE, r.Verdict.Sentence)
			}
		})
	}
}

func TestJudgeGateTrustsNoErrors(t *testing.T) {
	r := gated(sessions(1, 0.01, 10, 10))
	r.Gate.Sessions[0].Quads[0].Blocks[1].Errors = 1e6
	result.JudgeGate(r)
	if r.Verdict.Valid || !strings.Contains(strings.Join(r.Verdict.Reasons, ""), "head answered") {
		t.Errorf("got %+v", r.Verdict)
	}
	r = gated(sessions(1, 0.01, 10, 10))
	for _, s := range r.Gate.Sessions {
		for i := range s.Quads {
			s.Quads[i].Blocks[1].Generator, s.Quads[i].Blocks[2].Generator = 0.97, 0.97
		}
	}
	result.JudgeGate(r)
	if r.Verdict.Valid || !strings.Contains(strings.Join(r.Verdict.Reasons, ""), "generator used 97%") {
		t.Errorf("got %+v", r.Verdict)
	}
}

// One route of nine lost a third, which hardly changes the whole mix.
func TestJudgeGateRoutes(t *testing.T) {
	r := gated(sessions(0.99, 0.005, 10, 10))
	for _, name := range []string{"home", "search", "ad"} {
		ratio := 1.0
		if name == "search" {
			ratio = 0.66
		}
		r.Gate.Sessions[0].Routes = append(r.Gate.Sessions[0].Routes, result.RouteQuads{Route: name, Quads: sessions(ratio, 0.02, 8)[0].Quads})
	}
	result.JudgeGate(r)
	if r.Gate.Outcome != result.Fail || !strings.Contains(r.Verdict.Sentence, `Throughput of "search" was lost: it is 65.7%`) {
		t.Errorf("got %s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
	for _, c := range r.Gate.Checks[1:] {
		if (c.Outcome == result.Fail) != (c.Route == "search") {
			t.Errorf("%s: %s, %s", c.Route, c.Outcome, c.Reason)
		}
	}
}

func TestJudgeGateGain(t *testing.T) {
	gain := result.Gain{Candidate: "persistent", Ratio: 20, Low: 19, High: 21, Level: 0.95, Quads: 12}
	then := func(ratio float64) *result.Stored {
		return &result.Stored{Gain: result.Gain{Ratio: ratio, Low: ratio * 0.99, High: ratio * 1.01}}
	}
	for name, c := range map[string]struct {
		gate result.Gate
		want result.Outcome
	}{
		"enough":         {result.Gate{MinGain: 4}, result.Pass},
		"too little":     {result.Gate{MinGain: 25}, result.Fail},
		"who knows":      {result.Gate{MinGain: 20}, result.Inconclusive},
		"kept":           {result.Gate{Baseline: then(19.5), MaxLoss: 0.05}, result.Pass},
		"lost":           {result.Gate{Baseline: then(30), MaxLoss: 0.05}, result.Fail},
		"only a warning": {result.Gate{Baseline: then(30), MaxLoss: 0.05, Advisory: true, MinGain: 4}, result.Pass},
	} {
		r := &result.Result{Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}}, Capacity: &result.Capacity{Gain: &gain}, Gate: &c.gate}
		result.JudgeGate(r)
		if r.Gate.Outcome != c.want {
			t.Errorf("%s: got %s, want %s: %+v", name, r.Gate.Outcome, c.want, r.Gate.Checks)
		}
	}
}

func TestJudgeGateObjective(t *testing.T) {
	r := &result.Result{
		Scenario: result.Scenario{Objective: result.Objective{P95: 0.5, Errors: 0.01}},
		Gate:     &result.Gate{Objective: "500 hits/s"},
		Replay:   &result.Replay{Trials: []result.Trial{{Stages: []result.StageResult{{Hits: 1000, Meets: true, Latency: result.Latency{P95: 0.02}}}}}},
	}
	result.JudgeGate(r)
	if r.Gate.Outcome != result.Pass || !strings.Contains(r.Verdict.Sentence, "at 500 hits/s, p95 was 20.0 ms of at most 500 ms") {
		t.Errorf("got %s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
	r.Replay.Trials[0].Stages[0].Meets = false
	if result.JudgeGate(r); r.Gate.Outcome != result.Fail {
		t.Errorf("missed: got %s", r.Gate.Outcome)
	}
	few := &r.Replay.Trials[0].Stages[0]
	*few = result.StageResult{Hits: 40, OfferedRPS: 2, Meets: true, Latency: result.Latency{P95: result.Float(math.NaN())}}
	if result.JudgeGate(r); r.Gate.Outcome != result.Inconclusive || !strings.Contains(r.Verdict.Sentence, "too few right answers for a p95, 40 of 200: a longer --budget offers it for longer, and one of 2 min would suffice") {
		t.Errorf("few hits: got %s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
	few.Hits, few.Errors, few.Meets = 0, 40, false
	if result.JudgeGate(r); r.Gate.Outcome != result.Fail || !strings.Contains(r.Verdict.Sentence, "p95 is not known and errors were 100% of at most 1%") {
		t.Errorf("nothing but errors: got %s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
	r.Replay = nil
	if result.JudgeGate(r); r.Gate.Outcome != result.Inconclusive {
		t.Errorf("not measured: got %s", r.Gate.Outcome)
	}
}

// A route that fails completely has quads without a value, and its errors are a small
// share of the mix.
func TestJudgeGateSeesARouteThatBroke(t *testing.T) {
	r := gated(sessions(1, 0.01, 10, 10))
	broken := sessions(1, 0, 1)[0].Quads[0]
	for i := range broken.Blocks {
		if broken.Blocks[i].Target == "head" {
			broken.Blocks[i].Hits, broken.Blocks[i].Errors = 0, 300
		}
	}
	r.Gate.Sessions[0].Routes = []result.RouteQuads{{Route: "report", Excluded: []result.Quad{broken}}}
	result.JudgeGate(r)
	if want := `head answered 100% of the requests of "report" wrongly`; r.Verdict.Valid || !strings.Contains(strings.Join(r.Verdict.Reasons, "\n"), want) {
		t.Errorf("got %+v, want %q", r.Verdict, want)
	}
}

// A start that changes all routes for a session is not a loss of one route.
func TestJudgeGateRoutesBySession(t *testing.T) {
	r := gated(sessions(1, 0.01, 4, 4, 4))
	for i, d := range []float64{0, -0.02, -0.07} {
		for _, name := range []string{"home", "search"} {
			r.Gate.Sessions[i].Routes = append(r.Gate.Sessions[i].Routes, result.RouteQuads{Route: name, Quads: sessions(math.Exp(d), 0.001, 4)[0].Quads})
		}
	}
	result.JudgeGate(r)
	for _, c := range r.Gate.Checks {
		if c.Name == result.RouteCheck && c.Outcome == result.Fail {
			t.Errorf("%s: %s", c.Route, c.Reason)
		}
	}
}

// Two quads are too few to decide, and a route without quads is listed.
func TestJudgeGateRoutesOfFewQuads(t *testing.T) {
	r := gated(sessions(1, 0.01, 10, 10))
	r.Scenario.Routes = []string{"slow", "never"}
	r.Gate.Sessions[0].Routes = []result.RouteQuads{{Route: "slow", Quads: sessions(0.5, 0, 2)[0].Quads}}
	result.JudgeGate(r)
	if n := len(r.Gate.Checks); n != 3 || r.Gate.Checks[1].Outcome != result.Inconclusive || r.Gate.Checks[2].Route != "never" || !strings.Contains(r.Gate.Checks[2].Reason, "had decided") || r.Gate.Outcome != result.Pass {
		t.Errorf("got %s: %+v", r.Gate.Outcome, r.Gate.Checks)
	}
}

// The bounds and the outcome of a route do not contradict each other.
func TestJudgeGateRouteOfOneSession(t *testing.T) {
	r := gated(sessions(1, 0.01, 4))
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		is := map[bool]float64{true: 0.8, false: 1}[name == "a"]
		r.Gate.Sessions[0].Routes = append(r.Gate.Sessions[0].Routes, result.RouteQuads{Route: name, Quads: sessions(is, 0.001, 4)[0].Quads})
	}
	result.JudgeGate(r)
	for _, c := range r.Gate.Checks {
		if c.Name == result.RouteCheck && (c.High < 1 && strings.Contains(c.Reason, "not at all") || c.High-c.Low < 0.1) {
			t.Errorf("%s: %s", c.Route, c.Reason)
		}
	}
}
