package load

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// Arrivals is the schedule of the hits.
type Arrivals interface {
	// At returns the time at which hit n, counted from 0, is due after the start of
	// the traffic; ok is false after the last hit. One goroutine calls it with
	// increasing n; a smaller n starts again from there.
	At(n uint64) (due time.Duration, ok bool)
}

// Constant returns arrivals at equal intervals: rate per second, for d.
func Constant(rate float64, d time.Duration) Arrivals { return constant{rate, d} }

type constant struct {
	rate float64
	d    time.Duration
}

func (c constant) At(n uint64) (time.Duration, bool) {
	due := time.Duration(float64(n) / c.rate * float64(time.Second))
	return due, due < c.d
}

// Poisson returns the arrivals of independent visitors: a Poisson process whose
// rate follows the stages. capacity is the baseline's capacity in hits per second.
// Equal seeds give equal arrivals.
//
// It adds up unit exponentials and maps the sums through the inverse of the
// expected number of hits (Çinlar, Introduction to Stochastic Processes, 1975,
// §4.7). So a change of the rate stretches the same pattern.
func Poisson(seed int64, stages []scenarios.Stage, capacity float64) Arrivals {
	p := &poisson{seed: seed, slopes: slopes(stages, capacity)}
	p.restart()
	return p
}

// A slope is a time span in which the rate changes linearly from one value to
// another.
type slope struct {
	begin, length float64 // seconds
	from, to      float64 // hits per second
}

// hits returns the expected number of hits in the slope.
func (s slope) hits() float64 { return s.length * (s.from + s.to) / 2 }

// when returns the time in the slope at which h hits are expected.
func (s slope) when(h float64) float64 {
	a := (s.to - s.from) / (2 * s.length)
	// a·x² + from·x = h, solved in the form that does not cancel for small a.
	return 2 * h / (s.from + math.Sqrt(math.Max(0, s.from*s.from+4*a*h)))
}

// slopes concatenates the curves of the stages.
func slopes(stages []scenarios.Stage, capacity float64) []slope {
	var all []slope
	begin := 0.0
	for _, stage := range stages {
		rate := stage.Rate.PerSecond(capacity)
		curve := stage.Curve
		if len(curve) == 0 {
			curve = []float64{1, 1}
		}
		length := stage.For.Seconds() / float64(len(curve)-1)
		for i := range curve[1:] {
			all = append(all, slope{begin, length, rate * curve[i], rate * curve[i+1]})
			begin += length
		}
	}
	return all
}

type poisson struct {
	seed   int64
	slopes []slope

	r      *rand.Rand
	next   uint64  // number of the next hit
	slope  int     // index of the slope to search for it
	before float64 // expected hits of the earlier slopes
	sum    float64 // unit exponentials so far
	due    time.Duration
	ok     bool
}

func (p *poisson) restart() {
	p.r = rand.New(rand.NewPCG(uint64(p.seed), 0x61727269766573)) // "arrives"
	p.next, p.slope, p.before, p.sum, p.ok = 0, 0, 0, 0, true
}

func (p *poisson) At(n uint64) (time.Duration, bool) {
	if n+1 < p.next {
		p.restart()
	}
	for p.next <= n && p.ok {
		p.step()
	}
	return p.due, p.ok
}

// step advances to the next hit.
func (p *poisson) step() {
	p.next++
	p.sum += p.r.ExpFloat64()
	for p.slope < len(p.slopes) && p.sum-p.before >= p.slopes[p.slope].hits() {
		p.before += p.slopes[p.slope].hits()
		p.slope++
	}
	if p.ok = p.slope < len(p.slopes); p.ok {
		s := p.slopes[p.slope]
		p.due = time.Duration((s.begin + s.when(p.sum-p.before)) * float64(time.Second))
	}
}
