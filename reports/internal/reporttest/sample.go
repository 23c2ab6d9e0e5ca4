package reporttest

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// A queue models a target: one server that handles hits in order.
type queue struct {
	name    string
	kind    string
	mean    float64 // of the service time, seconds
	memory  int64   // of the program itself
	process int64   // of each process it starts for a hit; 0 if it starts none
	limit   int     // of hits in service at once
	rng     *rand.Rand
}

var SampleRoutes = []string{"home", "category", "older ads", "ad", "search", "photo", "reply", "new ad", "report"}

// SampleWork is the service time of each route ÷ the mean, averaged by weight.
var SampleWork = []float64{1.1, 1.25, 1.2, 0.8, 1.6, 0.4, 0.9, 1, 0.7}
var sampleWeight = []float64{18, 28, 8, 26, 8, 7, 3, 1.5, 0.5}

const SampleTimeout = 10.0

// Sample returns an invented result: an hour that overloads a CGI program by half and is a
// light load for a server. It is always the same.
func Sample(tb testing.TB) *result.Result {
	tb.Helper()
	return copied(tb, twoTargets())
}

var (
	twoTargets   = sync.OnceValue(func() *result.Result { return measured(CGIQueue(), PersistentQueue()) })
	threeTargets = sync.OnceValue(func() *result.Result { return measured(CGIQueue(), PersistentQueue(), fastcgiQueue()) })
)

// copied returns a copy of a result, which the caller may change.
func copied(tb testing.TB, r *result.Result) *result.Result {
	tb.Helper()
	c, err := result.Decode(Encoded(tb, r))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func CGIQueue() queue {
	return queue{"cgi", "cgi", 1 / 612.0, 14e6, 9.3e6, 32, rand.New(rand.NewPCG(1, 1))}
}

func fastcgiQueue() queue {
	return queue{"fastcgi behind a proxy", "fastcgi", 1 / 4210.0, 44e6, 0, 256, rand.New(rand.NewPCG(5, 5))}
}

func PersistentQueue() queue {
	return queue{"persistent", "server", 1 / 7588.0, 31e6, 0, 1024, rand.New(rand.NewPCG(2, 2))}
}

// measured returns the result of a run against these queues.
func measured(queues ...queue) *result.Result {
	r := &result.Result{
		Schema: result.Schema, Version: "v0.1.0", Began: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC), Seconds: 141.2,
		Scenario: result.Scenario{
			Name: "peak-hour", Description: "A day's busiest hour, at 1.45 times what the baseline carries", Seed: 1, Ads: 50000,
			Routes: SampleRoutes, Objective: result.Objective{P95: 0.5, Errors: 0.01},
			Digest: "7f0c1d5c0a5b4ce8d7b7a1f8a59be1a8f1f93cde6c2d29bdb91d4b0c1b2a7d44",
		},
		Environment: result.Environment{
			OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000 @ 2.60GHz", Cores: 2, Memory: 8e9, Go: "go1.26.8",
			TargetCPUs: []int{1}, LoadCPUs: []int{0}, Pinning: "the generator had CPU 0 and the target CPU 1", OpenFilesMax: 65536,
			Versions: map[string]string{"SQLite": "3.51.0", "vegeta": "v12.13.0"},
		},
		Capacity: &result.Capacity{Users: 8, BlockSeconds: 0.5, Seconds: 55.4, Sessions: 6, Throughput: map[string]result.Throughput{}},
		Replay:   &result.Replay{Seconds: 36, Timeout: SampleTimeout, Capacity: 612, Stages: sampleStages()},
		Warnings: []result.Warning{},
	}
	arrivals := sampleArrivals(r.Replay.Stages)
	for i, q := range queues {
		r.Targets = append(r.Targets, result.Target{Name: q.name, Kind: q.kind, Command: []string{"./" + q.name, "--data", "ads.db"}, Build: "go build -trimpath -ldflags '-s -w'"})
		if i > 0 {
			SampleCapacity(r, queues[0], q)
		}
		r.Replay.Trials = append(r.Replay.Trials, sampleTrial(r, q, q.serve(arrivals)))
	}
	r.Verdict = result.Judge(r)
	return r
}

func Encoded(tb testing.TB, r *result.Result) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := result.JSON(&b, r); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
