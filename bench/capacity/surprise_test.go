package capacity

import (
	"math/rand/v2"
	"testing"
)

// Trials that no model with a limit near the bounds predicts are surprising, whether the target
// is a queue or a bucket.
func TestSurprises(t *testing.T) {
	slower := []func() server{
		func() server { return &workers{number: 2, service: 0.01} },
		limiting(100, 20, 20),
		func() server { return &workers{number: 2, service: 0.01, growth: 0.002} },
	}
	limits := []float64{363.6, 190.7, 361.9} // as TestBoundsHoldTheTruth finds them
	for i, k := range knees {
		r := rand.New(rand.NewPCG(1, 2))
		limit := limits[i]
		s := Search{Objective: k.o}
		for _, share := range []float64{0.9, 1.1, 0.97, 1.03, 1, 0.95} {
			trial, _ := offer(k.begin(), k.o, share*limit, 0, k.edge, r)
			s.Add(trial)
		}
		bounds := Limit{Low: 0.98 * limit, High: 1.02 * limit}
		v := s.view()
		if got := v.surprises(bounds); got > 0 {
			t.Errorf("%s: %v of the trials are surprising, want none", k.name, got)
		}
		for range 3 {
			trial, _ := offer(slower[i](), k.o, 0.8*limit, 0, k.edge, r)
			v.trials = append(v.trials, &trial)
		}
		if got, want := v.surprises(bounds), 1.0/3; got != want {
			t.Errorf("%s: %v of the trials are surprising with three of a slower server, want %v", k.name, got, want)
		}
	}
}
