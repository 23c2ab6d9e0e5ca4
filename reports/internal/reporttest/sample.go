package reporttest

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/result"
)

// A queue stands for a target: one server that takes hits in turn.
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

// work is how much of the mean service time each route takes, by weight.
var SampleWork = []float64{1.1, 1.25, 1.2, 0.8, 1.6, 0.4, 0.9, 1, 0.7}
var sampleWeight = []float64{18, 28, 8, 26, 8, 7, 3, 1.5, 0.5}

const SampleTimeout = 10.0

type arrival struct {
	due   float64
	route int
}

// An answer is what became of an arrival.
type answer struct {
	arrival
	begin, end float64 // of its service
	failed     bool
}

// Sample is the result of a run that never was: an hour that overloads a CGI
// program by half and that a server hardly feels. It is the same each time.
func Sample(tb testing.TB) *result.Result {
	tb.Helper()
	return copied(tb, twoTargets())
}

var (
	twoTargets   = sync.OnceValue(func() *result.Result { return measured(CGIQueue(), PersistentQueue()) })
	threeTargets = sync.OnceValue(func() *result.Result { return measured(CGIQueue(), PersistentQueue(), fastcgiQueue()) })
)

// copied is a result of one's own to change.
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

// measured is what a run finds out about such queues.
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

func sampleStages() []result.Stage {
	return []result.Stage{
		{Name: "before nine", From: 0, To: 6, Rate: "0.5 capacity", Offered: 306},
		{Name: "from nine", From: 6, To: 14, Rate: "1.45 capacity", Offered: 1012},
		{Name: "nine twenty", From: 14, To: 22, Rate: "1.45 capacity", Offered: 753},
		{Name: "nine forty", From: 22, To: 30, Rate: "1.45 capacity", Offered: 914},
		{Name: "after ten", From: 30, To: 36, Rate: "0.5 capacity", Offered: 306},
	}
}

// sampleArrivals is a Poisson process over the stages.
func sampleArrivals(stages []result.Stage) []arrival {
	rng := rand.New(rand.NewPCG(7, 7))
	var all []arrival
	for _, s := range stages {
		for t := s.From + rng.ExpFloat64()/s.Offered; t < s.To; {
			all = append(all, arrival{t, pick(rng)})
			wave := 1 + 0.35*math.Sin(t*1.3) + 0.2*math.Sin(t*3.1)
			t += rng.ExpFloat64() / (s.Offered * wave)
		}
	}
	return all
}

func pick(rng *rand.Rand) int {
	x := rng.Float64() * 100
	for i, w := range sampleWeight {
		if x -= w; x < 0 {
			return i
		}
	}
	return 0
}

// serve takes the arrivals in turn; one that would wait too long has timed out.
func (q queue) serve(arrivals []arrival) []answer {
	free := 0.0
	var all []answer
	for _, a := range arrivals {
		begin := max(a.due+1e-4, free)
		if begin-a.due > SampleTimeout {
			all = append(all, answer{a, begin, a.due + SampleTimeout, true})
			continue
		}
		service := q.mean * SampleWork[a.route] * (0.7 + 0.3*q.rng.ExpFloat64())
		free = begin + service
		all = append(all, answer{a, begin, free, false})
	}
	return all
}

func sampleTrial(r *result.Result, q queue, all []answer) result.Trial {
	t := result.Trial{Target: q.name}
	in := func(keep func(answer) bool) (hits, errors uint64, l result.Latency) {
		h := histogram.New()
		for _, a := range all {
			switch {
			case !keep(a):
			case a.failed:
				errors++
			default:
				hits++
				h.Record(time.Duration((a.end - a.due) * float64(time.Second)))
			}
		}
		return hits, errors, summarise(h)
	}
	last := 0.0
	for _, a := range all {
		last = max(last, a.end)
	}
	t.Samples = q.samples(all, last)
	t.Hits, t.Errors, t.Latency = in(func(answer) bool { return true })
	t.OfferedRPS, t.AchievedRPS = float64(len(all))/r.Replay.Seconds, float64(t.Hits)/last
	t.Service, t.SendLag, t.Load = t.Latency, result.Latency{Count: uint64(len(all)), Mean: 9e-5, P50: 8e-5, P90: 1e-4, P95: 1.2e-4, P99: 2e-4, P999: 4e-4, Max: 1e-3}, loadOf(t.Samples, 0, last)
	if t.Errors > 0 {
		t.Faults = map[string]result.Fault{"timeout": {Count: t.Errors, Example: "GET /c/furniture: no answer 10s after it was due"}}
	}
	for _, s := range r.Replay.Stages {
		x := result.StageResult{Name: s.Name, Load: loadOf(t.Samples, s.From, s.To)}
		x.Hits, x.Errors, x.Latency = in(func(a answer) bool { return a.due >= s.From && a.due < s.To })
		x.Latency.Histogram = ""
		for _, a := range all {
			if !a.failed && a.end >= s.From && a.end < s.To {
				x.AchievedRPS++
			}
		}
		x.AchievedRPS /= s.To - s.From
		x.OfferedRPS = float64(x.Hits+x.Errors) / (s.To - s.From)
		x.Meets = float64(x.Latency.P95) <= r.Scenario.Objective.P95 && result.ErrorShare(x.Hits, x.Errors) <= r.Scenario.Objective.Errors
		t.Stages = append(t.Stages, x)
	}
	for i, route := range SampleRoutes {
		x := result.RouteResult{Route: route}
		x.Hits, x.Errors, x.Latency = in(func(a answer) bool { return a.route == i })
		t.Routes = append(t.Routes, x)
	}
	for second := range int(math.Ceil(last)) {
		from, to := float64(second), float64(second+1)
		p := result.Point{At: from}
		var hits uint64
		var l result.Latency
		hits, p.Errors, l = in(func(a answer) bool { return a.due >= from && a.due < to })
		p.Due, p.P50, p.P95, p.P99, p.Max = hits+p.Errors, l.P50, l.P95, l.P99, l.Max
		for _, a := range all {
			if !a.failed && a.end >= from && a.end < to {
				p.Done++
			}
		}
		t.Series = append(t.Series, p)
		if hits > 0 {
			t.Bins = append(t.Bins, result.Bin{From: from, To: to, Hits: hits, P50: l.P50, P95: l.P95, Max: l.Max})
		}
	}
	return t
}

// samples looks at the queue ten times a second.
func (q queue) samples(all []answer, last float64) []result.Sample {
	var out []result.Sample
	for i := range int(last * 10) {
		from, to := float64(i)/10, float64(i+1)/10
		s := result.Sample{At: to}
		waiting := 0
		for _, a := range all {
			if a.failed || a.due > to || a.end < from {
				continue
			}
			s.CPU += max(0, min(a.end, to)-max(a.begin, from)) * 10
			if a.due < to && a.end > to {
				waiting++
			}
			if a.end >= from && a.end < to && q.process > 0 {
				s.Started++
			}
		}
		s.Runnable = min(waiting, q.limit)
		if s.Runnable > 1 {
			s.Runnable = max(1, s.Runnable-q.rng.IntN(1+s.Runnable/3))
		}
		s.Alive = 1
		if q.process > 0 {
			s.Alive += s.Runnable
			s.Defunct = q.rng.IntN(1 + s.Runnable/4)
		}
		s.Memory = q.memory + q.process*int64(s.Alive-1)
		s.CPU = min(s.CPU, 1)
		out = append(out, s)
	}
	return out
}

func loadOf(samples []result.Sample, from, to float64) result.Load {
	var l result.Load
	n := 0.0
	for _, s := range samples {
		if s.At <= from || s.At > to {
			continue
		}
		n++
		l.CPU += s.CPU / 10
		l.RunnableMean += float64(s.Runnable)
		l.DefunctMean += float64(s.Defunct)
		l.RunnableMax, l.DefunctMax, l.AliveMax = max(l.RunnableMax, s.Runnable), max(l.DefunctMax, s.Defunct), max(l.AliveMax, s.Alive)
		l.Started += s.Started
		l.MemoryMax = max(l.MemoryMax, s.Memory)
	}
	if n > 0 {
		l.RunnableMean, l.DefunctMean, l.CPUCores = l.RunnableMean/n, l.DefunctMean/n, l.CPU/(to-from)
	}
	return l
}

func summarise(h *histogram.Histogram) result.Latency {
	at := func(q float64) result.Float {
		if !h.Supports(q) {
			return result.Float(math.NaN())
		}
		return result.Float(h.Quantile(q).Seconds())
	}
	l := result.Latency{Count: h.Count(), Mean: result.Float(math.NaN()), Max: result.Float(math.NaN()),
		P50: at(0.5), P90: at(0.9), P95: at(0.95), P99: at(0.99), P999: at(0.999)}
	if h.Count() > 0 {
		l.Mean, l.Max = result.Float(h.Mean().Seconds()), result.Float(h.Max().Seconds())
	}
	var err error
	if l.Histogram, err = h.Encode(); err != nil {
		panic(err)
	}
	return l
}

// SampleCapacity adds the quads of a candidate.
func SampleCapacity(r *result.Result, a, b queue) {
	rng := rand.New(rand.NewPCG(uint64(len(b.name)), 3))
	c := r.Capacity
	var d []float64
	rate := map[string]float64{a.name: 1 / a.mean, b.name: 1 / b.mean}
	for i := range 26 {
		q := result.Quad{Candidate: b.name, Session: i / 5, At: float64(i) * 2.1}
		x := [4]float64{}
		for j, name := range []string{a.name, b.name, b.name, a.name} {
			x[j] = rate[name] * math.Exp(0.05*rng.NormFloat64())
			q.Blocks = append(q.Blocks, result.Block{Target: name, Hits: uint64(x[j] / 2), Seconds: 0.5, CPU: 0.499})
		}
		d = append(d, (math.Log(x[1]/x[0])+math.Log(x[2]/x[3]))/2)
		c.Quads = append(c.Quads, q)
	}
	for _, q := range []queue{a, b} {
		hits := uint64(26 / q.mean)
		p := result.Float(8 * q.mean)
		c.Throughput[q.name] = result.Throughput{RPS: 1 / q.mean, Hits: hits, Latency: result.Latency{Count: hits, Mean: p, P50: p, P90: p * 1.3, P95: p * 1.5, P99: p * 2.1, P999: p * 3, Max: p * 6}}
	}
	slices.Sort(d)
	mid, half := (d[12]+d[13])/2, 0.0152
	g := result.Gain{Candidate: b.name, Ratio: math.Exp(mid), Low: math.Exp(mid - half), High: math.Exp(mid + half), Level: 0.95, Quads: 26, Sessions: 6, DF: 4.2, Drift: 0.3, ACF1: 0.08,
		Wilcoxon: [2]result.Float{result.Float(math.Exp(mid - 0.017)), result.Float(math.Exp(mid + 0.016))}, MDE: 0.021}
	if c.Gain == nil {
		c.Gain = &g
		return
	}
	if c.Gains == nil {
		c.Gains = map[string]result.Gain{c.Gain.Candidate: *c.Gain}
	}
	c.Gains[b.name] = g
}

func Encoded(tb testing.TB, r *result.Result) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := result.JSON(&b, r); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
