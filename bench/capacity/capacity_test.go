package capacity

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// A knee is a server whose limit is known by simulation.
type knee struct {
	name     string
	server   server
	o        Objective
	capacity float64 // about
	edge     float64 // seconds of a trial near the edge
}

var knees = []knee{
	{"four workers", workers{number: 4, service: 0.01}, Objective{0.05, 0.01}, 400, 8},
	{"token bucket", tokens{rate: 200, size: 20, service: 0.002}, Objective{0.25, 0.01}, 200, 8},
	{"degrading", workers{number: 4, service: 0.01, growth: 0.002}, Objective{0.1, 0.01}, 400, 8},
}

// others take longer, or are harder: they are simulated with -all.
var others = []knee{
	{"one worker", workers{number: 1, service: 0.01}, Objective{0.1, 0.01}, 100, 8},
	{"one worker, patient", workers{number: 1, service: 0.01}, Objective{0.25, 0.01}, 100, 8},
	{"sixteen workers", workers{number: 16, service: 0.05}, Objective{0.25, 0.01}, 320, 8},
	{"varying service", varied{0.005, 0.5}, Objective{0.25, 0.01}, 200, 8},
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

// found runs a search until it ends or the budget is spent.
func found(k knee, seed uint64) (l Limit, took float64) {
	r := rand.New(rand.NewPCG(seed, 99))
	s := Search{Objective: k.o, First: k.capacity * (0.2 + 0.3*r.Float64())}
	for {
		rate, edge, done := s.Next()
		seconds := k.edge / 2
		if edge {
			seconds = k.edge
		}
		if done || took+seconds > budget {
			return s.Limit(), took
		}
		s.Add(offer(k.server, k.o, rate, seconds, r))
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
			if c.held < runs*95/100 || c.narrow < runs*95/100 {
				t.Errorf("%d of %d bounds hold the truth, and %d are narrow, want 95%%", c.held, runs, c.narrow)
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
type coverage struct{ held, below, narrow int }

func coverageOf(t *testing.T, k knee, runs int) (c coverage) {
	want := truth(k.server, k.o, k.capacity)
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
		ratio, took = ratio+l.High/l.Low/float64(runs), took+l.took/float64(runs)
	}
	t.Logf("truth %.2f: %d of %d hold it (%d are too low), %d are narrow; %.3f apart after %.0f s on average", want, c.held, runs, c.below, c.narrow, ratio, took)
	return c
}

type outcome struct {
	Limit
	took float64
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
			out[i].Limit, out[i].took = found(k, uint64(i))
		})
	}
	wg.Wait()
	return out
}
