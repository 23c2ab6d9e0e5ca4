package reporttest

import (
	"math"
	"math/rand/v2"

	"github.com/classibench/classibench/bench/result"
)

type arrival struct {
	due   float64
	route int
}

// An answer is the outcome of an arrival.
type answer struct {
	arrival
	begin, end float64 // of its service
	failed     bool
}

// serve handles the arrivals in order; one that would wait too long times out.
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

func sampleStages() []result.Stage {
	return []result.Stage{
		{Name: "before nine", From: 0, To: 6, Rate: "0.5 capacity", Offered: 306},
		{Name: "from nine", From: 6, To: 14, Rate: "1.45 capacity", Offered: 1012},
		{Name: "nine twenty", From: 14, To: 22, Rate: "1.45 capacity", Offered: 753},
		{Name: "nine forty", From: 22, To: 30, Rate: "1.45 capacity", Offered: 914},
		{Name: "after ten", From: 30, To: 36, Rate: "0.5 capacity", Offered: 306},
	}
}

// sampleArrivals returns a Poisson process over the stages.
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
