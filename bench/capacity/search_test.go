package capacity

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// scripted runs a search against a target that sustains rates up to a limit, without any
// noise, and returns the offered rates.
func scripted(s *Search, limit, generator float64) (rates []float64) {
	for range 30 {
		rate, _, done := s.Next()
		if done {
			return rates
		}
		rates = append(rates, rate)
		t := Trial{Rate: rate, Seconds: 4, Hits: uint64(4 * rate), P95: 0.01, Achieved: 1}
		for i := range int(4 * rate) {
			t.Due = append(t.Due, float64(i)/rate)
		}
		t.Due, t.Step = Thin(t.Due)
		switch {
		case generator > 0 && rate > generator:
			t.Invalid = "the generator lagged"
		case rate > limit:
			t.P95, t.Achieved = 1, 0.9
		}
		s.Add(t)
	}
	return rates
}

func TestDoublesThenBisects(t *testing.T) {
	s := &Search{Objective: Objective{0.1, 0.01}, First: 10}
	rates := scripted(s, 100, 0)
	if want := []float64{10, 20, 40, 80, 160}; !slices.Equal(rates[:5], want) {
		t.Errorf("first rates %v, want %v", rates[:5], want)
	}
	if want := math.Sqrt(80 * 160); math.Abs(rates[5]-want) > 1e-9 {
		t.Errorf("then %v, want %v", rates[5], want)
	}
}

func TestHalvesUntilSustained(t *testing.T) {
	s := &Search{Objective: Objective{0.1, 0.01}, First: 400}
	if rates := scripted(s, 100, 0); rates[1] != 200 || rates[2] != 100 {
		t.Errorf("rates %v, want halves", rates[:3])
	}
}

// A generator that cannot offer more leaves a lower bound, and says where its own limit is.
func TestGeneratorAtItsLimit(t *testing.T) {
	s := &Search{Objective: Objective{0.1, 0.01}, First: 10}
	rates := scripted(s, 1e9, 100)
	l := s.Limit()
	if l.High != 0 || l.Low < 80 || l.Low > 100 || l.Generator < 100 {
		t.Errorf("after %v: limit %+v, want a lower bound near 100 only", rates, l)
	}
}

// An invalid trial is repeated and says nothing.
func TestInvalidTrialIsRepeated(t *testing.T) {
	s := &Search{Objective: Objective{0.1, 0.01}, First: 10}
	s.Add(Trial{Rate: 10, Invalid: "the generator lagged"})
	if rate, _, _ := s.Next(); rate != 10 {
		t.Errorf("after an invalid trial the rate is %v, want 10 again", rate)
	}
	if n := len(s.Trials()); n != 0 {
		t.Errorf("%d trials count", n)
	}
}

// A trial that fails since the machine paused does not trap the search.
func TestRecoversFromAPause(t *testing.T) {
	k := knees[0]
	r := rand.New(rand.NewPCG(1, 2))
	s := &Search{Objective: k.o, First: k.capacity / 8}
	paused, _ := offer(k.begin(), k.o, k.capacity/4, 0, 4, r)
	paused.P95 = 20 * k.o.P95
	s.Add(paused)
	for range 30 {
		rate, _, done := s.Next()
		if done {
			break
		}
		t, _ := offer(k.begin(), k.o, rate, 0, 4, r)
		s.Add(t)
	}
	if l := s.Limit(); l.Low > 363 || l.High < 363 {
		t.Errorf("bounds %.0f to %.0f, want some around 363", l.Low, l.High)
	}
}

// No rate is sustained if even a lone visitor waits too long.
func TestNoRateIsSustained(t *testing.T) {
	s := &Search{Objective: Objective{0.1, 0.01}, First: 10}
	scripted(s, 0, 0)
	if l := s.Limit(); l.Low != 0 || l.High == 0 {
		t.Errorf("limit %+v, want no lower bound", l)
	}
}

func TestFailure(t *testing.T) {
	o := Objective{P95: 0.1, Errors: 0.01}
	for want, trial := range map[string]Trial{
		"":                             {Hits: 99, Errors: 1, P95: 0.1, Achieved: 0.99},
		"no right answers":             {Errors: 3},
		"errors":                       {Hits: 90, Errors: 10, Achieved: 1},
		"slow answers":                 {Hits: 100, P95: 0.11, Achieved: 1},
		"answers fell behind the hits": {Hits: 100, P95: 0.1, Achieved: 0.98},
	} {
		if got := o.Failure(trial); got != want {
			t.Errorf("%+v: %q, want %q", trial, got, want)
		}
	}
}

// Lundberg's equation gives the exact decay of the wait for deterministic service, so its
// limit agrees with a simulation.
func TestLimitOfAQueue(t *testing.T) {
	want := truth(func() server { return &workers{number: 1, service: 0.01} }, Objective{P95: 0.25, Errors: 0.01}, 100)
	if got := (queue{}).limit(100, 0.24); math.Abs(got/want-1) > 0.01 {
		t.Errorf("limit %.2f, simulated %.2f", got, want)
	}
}
