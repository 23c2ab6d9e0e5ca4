package capacity

import (
	"flag"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// A knee is a server whose limit is known by simulation.
type knee struct {
	name     string
	begin    func() server
	kept     bool // it runs on from trial to trial; else each trial begins with another one
	o        Objective
	capacity float64 // about
	edge     float64 // seconds of a trial near the edge
}

func fourWorkers() server { return &workers{number: 4, service: 0.01} }

// limiting returns servers that limit their visitors, with some tokens at first.
func limiting(rate, size, left float64) func() server {
	return func() server { return &tokens{rate: rate, size: size, service: 0.002, left: left} }
}

var knees = []knee{
	{"four workers", fourWorkers, false, Objective{0.05, 0.01}, 400, 8},
	{"token bucket", limiting(200, 20, 20), false, Objective{0.25, 0.01}, 200, 8},
	{"degrading", func() server { return &workers{number: 4, service: 0.01, growth: 0.002} }, false, Objective{0.1, 0.01}, 400, 8},
}

// begun begin their trials in another state than at rest.
var begun = []knee{
	{"workers as they were left", fourWorkers, true, Objective{0.05, 0.01}, 400, 8},
	{"workers slower after an overload", func() server { return &workers{number: 4, service: 0.01, slower: 0.2, after: 5} }, true, Objective{0.1, 0.01}, 400, 8},
	{"bucket as it was left", limiting(200, 20, 20), true, Objective{0.25, 0.01}, 200, 8},
	{"bucket, empty", limiting(200, 20, 0), false, Objective{0.25, 0.01}, 200, 8},
	{"large bucket", limiting(150, 300, 300), false, Objective{0.25, 0.01}, 150, 8},
	{"large bucket, half full", limiting(150, 300, 150), false, Objective{0.25, 0.01}, 150, 8},
	{"large bucket, empty", limiting(150, 300, 0), false, Objective{0.25, 0.01}, 150, 8},
	{"large bucket as it was left", limiting(150, 300, 300), true, Objective{0.25, 0.01}, 150, 8},
}

// slowAtFirst is slower in the first second of each trial. The warm-up has to cover that time.
var slowAtFirst = knee{"workers slower at first", func() server { return &workers{number: 4, service: 0.01, slower: 0.3, first: 1} }, false, Objective{0.1, 0.01}, 400, 8}

// others take longer, or are harder: they are simulated with -all.
var others = []knee{
	{"one worker", func() server { return &workers{number: 1, service: 0.01} }, false, Objective{0.1, 0.01}, 100, 8},
	{"one worker, patient", func() server { return &workers{number: 1, service: 0.01} }, false, Objective{0.25, 0.01}, 100, 8},
	{"sixteen workers", func() server { return &workers{number: 16, service: 0.05} }, false, Objective{0.25, 0.01}, 320, 8},
	{"varying service", func() server { return &varied{mean: 0.005, variation: 0.5} }, false, Objective{0.25, 0.01}, 200, 8},
}

var (
	simulated = flag.Int("runs", 30, "number of simulated searches for each server")
	harder    = flag.Bool("all", false, "also simulate servers that take longer")
)

// budget is the time that a simulated search may take, with a pause after each trial.
const (
	budget = 120.0
	pause  = 0.5
)

// found runs a search until it ends or the budget is spent. A trial begins when all hits of the
// one before are answered, after the pause.
func found(k knee, seed uint64) (l Limit, plausible bool, took float64) {
	r := rand.New(rand.NewPCG(seed, 99))
	s := Search{Objective: k.o, First: k.capacity * (0.2 + 0.3*r.Float64())}
	target, now := k.begin(), 0.0
	for {
		rate, edge, done := s.Next()
		seconds := k.edge / 2
		if edge {
			seconds = k.edge
		}
		if done || took+seconds > budget {
			return s.Limit(), s.Plausible(), took
		}
		if !k.kept {
			target, now = k.begin(), 0
		}
		t, last := offer(target, k.o, rate, now, seconds, r)
		s.Add(t)
		now = math.Max(now+seconds, last) + pause
		took += seconds + pause
	}
}

// In at least 95% of the simulated searches, the bounds hold the truth, and they are at most
// 6% apart.
func TestBoundsHoldTheTruth(t *testing.T) {
	runs := *simulated
	if testing.Short() {
		runs = 20
	}
	for _, k := range knees {
		t.Run(k.name, func(t *testing.T) {
			c := coverageOf(t, k, runs)
			if c.held < runs*95/100 || c.narrow < runs*95/100 || c.doubted > runs*10/100 {
				t.Errorf("%d of %d bounds hold the truth, and %d are narrow, want 95%%; %d are doubted, want 10%% at most", c.held, runs, c.narrow, c.doubted)
			}
		})
	}
}

// The bounds of harder servers are wider, and hold the truth as often as they promise, but
// for the luck of this many runs.
func TestBoundsOfHarderServers(t *testing.T) {
	if !*harder {
		t.Skip("takes a minute: -all")
	}
	for _, k := range others {
		t.Run(k.name, func(t *testing.T) {
			if c := coverageOf(t, k, *simulated); c.held < *simulated*90/100 {
				t.Errorf("%d of %d bounds hold the truth", c.held, *simulated)
			}
		})
	}
}

// A coverage counts searches by their bounds.
type coverage struct{ held, below, narrow, doubted int }

func coverageOf(t *testing.T, k knee, runs int) (c coverage) {
	want := truth(k.begin, k.o, k.capacity)
	ratio, took := 0.0, 0.0
	for _, l := range all(k, runs) {
		switch {
		case l.High < want:
			c.below++
		case l.Low <= want:
			c.held++
		}
		if l.High <= Within*l.Low {
			c.narrow++
		}
		if !l.plausible {
			c.doubted++
		}
		ratio, took = ratio+l.High/l.Low/float64(runs), took+l.took/float64(runs)
	}
	t.Logf("truth %.2f: %d of %d hold it (%d are too low), %d are narrow; %.3f apart after %.0f s on average; %d are doubted", want, c.held, runs, c.below, c.narrow, ratio, took, c.doubted)
	return c
}

type outcome struct {
	Limit
	plausible bool
	took      float64
}

// all runs searches at the same time.
func all(k knee, runs int) []outcome {
	out := make([]outcome, runs)
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.NumCPU())
	for i := range runs {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			out[i].Limit, out[i].plausible, out[i].took = found(k, uint64(i))
		})
	}
	wg.Wait()
	return out
}

// Trials may begin with a target that is not at rest, or whose reserve is used up. The bounds
// are wider then, but hold the truth as often.
func TestBoundsFromOtherStarts(t *testing.T) {
	if !*harder {
		t.Skip("takes minutes: -all")
	}
	for _, k := range begun {
		t.Run(k.name, func(t *testing.T) {
			if c := coverageOf(t, k, *simulated); c.held < *simulated*95/100 {
				t.Errorf("%d of %d bounds hold the truth", c.held, *simulated)
			}
		})
	}
}

// A limit of the method, as docs/design/capacity.md has it.
func TestBoundsOfASlowFirstSecond(t *testing.T) {
	if !*harder {
		t.Skip("takes a minute: -all")
	}
	if c := coverageOf(t, slowAtFirst, *simulated); c.below < *simulated/2 {
		t.Errorf("%d of %d bounds are too low: the design says that nearly all are", c.below, *simulated)
	}
}
