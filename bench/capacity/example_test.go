package capacity_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/classibench/classibench/bench/capacity"
)

// The target has one worker, who serves a hit in 10 ms. It can carry 100 hits per second,
// but not within 250 ms: the limit in the long run is 94.
func ExampleSearch() {
	s := capacity.Search{Objective: capacity.Objective{P95: 0.25, Errors: 0.01}, First: 20}
	r := rand.New(rand.NewPCG(1, 1))
	for range 25 { // or until a budget is spent
		rate, _, done := s.Next()
		if done {
			break
		}
		s.Add(oneWorker(rate, 8, 0.01, r))
	}
	l := s.Limit()
	fmt.Println(l.Low < 94 && 94 < l.High, l.High <= capacity.Within*l.Low)
	// Output: true true
}

// oneWorker offers hits at random moments to a simulated worker.
func oneWorker(rate, seconds, service float64, r *rand.Rand) capacity.Trial {
	t := capacity.Trial{Rate: rate, Seconds: seconds, Achieved: 1}
	var due, latencies []float64
	free := 0.0
	for at := r.ExpFloat64() / rate; at < seconds; at += r.ExpFloat64() / rate {
		free = max(free, at) + service
		due, latencies = append(due, at), append(latencies, free-at)
	}
	slices.Sort(latencies)
	t.Hits, t.P95 = uint64(len(due)), latencies[len(due)*95/100]
	t.Due, t.Step = capacity.Thin(due)
	return t
}
