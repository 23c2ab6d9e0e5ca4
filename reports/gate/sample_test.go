package gate

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// gateSample is the result of a gate that never was. The candidate's throughput
// is the given ratio of the base's; it is the same each time.
func gateSample(is float64, looks int) *result.Result {
	r := sampleFrame("browse", "base", "head")
	r.Seconds = 3.1 + 21.4*float64(looks)
	r.Gate = &result.Gate{
		Base: "merge base 1f0c9a2 with origin/main", Head: "HEAD b81d6e4", Quads: 6, Looks: 5, Alpha: 0.05, MaxLoss: 0.05, Budget: 120, Spent: looks == 5,
	}
	sampleSessions(r.Gate, is, looks)
	result.JudgeGate(r)
	return r
}

// sampleFrame returns a result without measurements.
func sampleFrame(scenario string, targets ...string) *result.Result {
	r := &result.Result{
		Schema: result.Schema, Version: "v0.1.0", Began: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Scenario: result.Scenario{
			Name: scenario, Description: "Visitors who only read", Seed: 1, Ads: 50000, Routes: reporttest.SampleRoutes[:6], Objective: result.Objective{P95: 0.5, Errors: 0.01},
			Digest: "7f0c1d5c0a5b4ce8d7b7a1f8a59be1a8f1f93cde6c2d29bdb91d4b0c1b2a7d44",
		},
		Environment: result.Environment{
			OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000 @ 2.60GHz", Cores: 2, Memory: 8e9, Go: "go1.26.8", Host: "runner-7",
			TargetCPUs: []int{1}, LoadCPUs: []int{0}, Pinning: "the generator had CPU 0 and the target CPU 1", OpenFilesMax: 65536,
		},
		Warnings: []result.Warning{},
	}
	for _, name := range targets {
		r.Targets = append(r.Targets, result.Target{Name: name, Kind: "server", Command: []string{"./" + name, "--data", "ads.db"}, Build: "go build -trimpath -ldflags '-s -w'"})
	}
	return r
}

// sampleSessions measures so many looks in sessions of four quads; all of a loss
// is in the third route.
func sampleSessions(g *result.Gate, is float64, looks int) {
	rng := rand.New(rand.NewPCG(11, uint64(1000*is)))
	for n := range looks * g.Quads {
		if n%4 == 0 {
			g.Sessions = append(g.Sessions, result.Session{At: 3 + 2.1*float64(n)})
		}
		s := &g.Sessions[len(g.Sessions)-1]
		at := 2.1 * float64(n)
		s.Quads = append(s.Quads, sampleQuad(rng, at, 7588, is, 0.5, 0.02))
		for i, route := range reporttest.SampleRoutes[:6] {
			if len(s.Routes) <= i {
				s.Routes = append(s.Routes, result.RouteQuads{Route: route})
			}
			lost := map[bool]float64{true: 1 - 2.4*(1-is), false: 1}[i == 2]
			s.Routes[i].Quads = append(s.Routes[i].Quads, sampleQuad(rng, at+2, 7588/reporttest.SampleWork[i], lost, 0.04, 0.02))
		}
	}
}

func sampleQuad(rng *rand.Rand, at, rate, is, seconds, noise float64) result.Quad {
	q := result.Quad{Candidate: "head", At: at}
	var x [4]float64
	for i, name := range []string{"base", "head", "head", "base"} {
		x[i] = rate * math.Exp(noise*rng.NormFloat64())
		if name == "head" {
			x[i] *= is
		}
		q.Blocks = append(q.Blocks, result.Block{Target: name, Hits: uint64(x[i] * seconds), Seconds: seconds, CPU: 0.99 * seconds})
	}
	return q
}

// gateSamples are gates that came to each answer, and some that lack something
// or have more than usual. They are made once, and not to be changed.
var gateSamples = sync.OnceValue(func() map[string]*result.Result {
	return map[string]*result.Result{
		"pass":         gateSample(1.004, 2),
		"fail":         gateSample(0.902, 2),
		"inconclusive": regated(gateSample(0.97, 1), shortGate),
		"no-routes":    regated(gateSample(1.004, 2), noRoutes),
		"partial":      regated(gateSample(0.99, 1), partialGate),
		"nothing":      regated(gateSample(1, 1), nothingMeasured),
		"invalid":      regated(gateSample(1.004, 2), wrongAnswers),
		"gain-only":    regated(gainGate(), func(*result.Result) {}),
		"advisory":     regated(gainGate(), advisoryBaseline),
		"objective":    regated(gateSample(1.004, 2), missedObjective),
		"hostile":      regated(gateSample(0.902, 2), hostileGate),
	}
})

func regated(r *result.Result, change func(*result.Result)) *result.Result {
	change(r)
	result.JudgeGate(r)
	return r
}

// shortGate had a budget for a single look.
func shortGate(r *result.Result) {
	g := r.Gate
	g.Looks, g.Quads, g.Budget, g.Spent = 1, 3, 20, true
	g.Sessions = g.Sessions[:1]
	g.Sessions[0].Quads = g.Sessions[0].Quads[:3]
}

func noRoutes(r *result.Result) {
	r.Scenario.Routes = r.Scenario.Routes[:1]
	for i := range r.Gate.Sessions {
		r.Gate.Sessions[i].Routes = nil
	}
	r.Gate.Notes = []string{"the base has no shop.yaml: both got the requests of the one in the working tree"}
}

func partialGate(r *result.Result) {
	r.Gate.Sessions = r.Gate.Sessions[:1]
	s := &r.Gate.Sessions[0]
	s.Quads, s.Routes = s.Quads[:1], nil
	r.Seconds, r.Partial = 9.4, "interrupted"
}

func nothingMeasured(r *result.Result) {
	r.Gate.Sessions, r.Seconds = nil, 1.2
	r.Partial = "start head: it exited with status 1 before it listened"
}

func wrongAnswers(r *result.Result) {
	for i := range r.Gate.Sessions {
		for j := range r.Gate.Sessions[i].Quads {
			b := &r.Gate.Sessions[i].Quads[j].Blocks[1]
			b.Errors = b.Hits / 10
		}
	}
	r.Warnings = []result.Warning{{About: "gate", Text: "other programs used 14% of this machine's CPU time meanwhile"}}
}

// gainGate compares a CGI build with the server, as --min-gain does: in the way
// of compare, without sessions.
func gainGate() *result.Result {
	r := sampleFrame("peak-hour", "cgi", "persistent")
	r.Seconds = 58.2
	r.Capacity = &result.Capacity{Users: 8, BlockSeconds: 0.5, Seconds: 55.4, Throughput: map[string]result.Throughput{}}
	reporttest.SampleCapacity(r, reporttest.CGIQueue(), reporttest.PersistentQueue())
	r.Gate = &result.Gate{MinGain: 8, MaxLoss: 0.05}
	return r
}

func advisoryBaseline(r *result.Result) {
	r.Gate.Advisory = true
	r.Gate.Differences = []string{`CPU "Example 2000", here "Example 3000 @ 2.60GHz"`, `kernel "6.1.0", here "6.12.41"`}
	r.Gate.Baseline = &result.Stored{Path: "main/result.json", Began: "2026-03-01T04:05:06Z", Gain: result.Gain{Candidate: "persistent", Ratio: 14.1, Low: 13.8, High: 14.4, Level: 0.95, Quads: 26}}
}

func missedObjective(r *result.Result) {
	l := result.Latency{Count: 10000, Mean: 0.21, P50: 0.11, P90: 0.5, P95: 0.612, P99: 0.9, P999: 1.4, Max: 1.7}
	r.Gate.Objective = "500 hits/s"
	r.Replay = &result.Replay{
		Seconds: 20, Timeout: 10, Stages: []result.Stage{{Name: "objective", To: 20, Rate: "500 hits/s", Offered: 500}},
		Trials: []result.Trial{{
			Target: "head", OfferedRPS: 500, AchievedRPS: 499, Hits: 9980, Errors: 20, Latency: l, Service: l, SendLag: l,
			Stages: []result.StageResult{{Name: "objective", OfferedRPS: 500, AchievedRPS: 499, Hits: 9980, Errors: 20, Latency: l}},
		}},
	}
	r.Warnings = []result.Warning{{About: "replay.trials.head", Text: "the generator's send lag (p99 2.1 ms) is a good part of the latency that is shown (p99 7.1 ms)"}}
}

// hostileGate has names that try to be more than names.
func hostileGate(r *result.Result) {
	const script = "</details><script>alert(\"x\")</script> 100%, ]]> | a:b\r\n::error::no\x1b[31m\x00 \xff\u202e"
	r.Gate.Base, r.Gate.Head = "refs/heads/"+script, script
	r.Scenario.Routes = nil
	r.Gate.Notes = []string{script}
	for i := range r.Gate.Sessions {
		r.Gate.Sessions[i].Routes[2].Route = script
	}
	r.Environment.CPU, r.Environment.Host, r.Scenario.Name = script, script, script
	r.Targets[1].Command = []string{script}
	r.Warnings = []result.Warning{{About: "gate", Text: script}}
}
