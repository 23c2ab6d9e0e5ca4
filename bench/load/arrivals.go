package load

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// Arrivals says when hits are due.
type Arrivals interface {
	// At returns when hit n, counted from 0, is due, since the traffic began;
	// ok is false after the last. It is called in the order of n by one
	// goroutine; a smaller n than before begins anew.
	At(n uint64) (due time.Duration, ok bool)
}

// Constant returns arrivals at even distances: rate a second, for d.
func Constant(rate float64, d time.Duration) Arrivals { return constant{rate, d} }

type constant struct {
	rate float64
	d    time.Duration
}

func (c constant) At(n uint64) (time.Duration, bool) {
	due := time.Duration(float64(n) / c.rate * float64(time.Second))
	return due, due < c.d
}

// Poisson returns arrivals of a Poisson process whose rate follows the stages,
// where the baseline's capacity is capacity hits per second: independent
// visitors, as many as the curve says. They are a function of the seed.
//
// Unit exponentials are laid end to end and mapped through the inverse of the
// expected number of hits (Çinlar, Introduction to Stochastic Processes, 1975,
// §4.7); so a change of the rate stretches the same pattern.
func Poisson(seed int64, stages []scenarios.Stage, capacity float64) Arrivals {
	p := &poisson{seed: seed, slopes: slopes(stages, capacity)}
	p.restart()
	return p
}

// A slope is a stretch in which the rate goes from one value to another in a
// straight line.
type slope struct {
	begin, length float64 // seconds
	from, to      float64 // hits per second
}

// hits is the expected number of hits in the slope.
func (s slope) hits() float64 { return s.length * (s.from + s.to) / 2 }

// when returns how far into the slope its first h hits are expected.
func (s slope) when(h float64) float64 {
	a := (s.to - s.from) / (2 * s.length)
	// a·x² + from·x = h, solved in the form that does not cancel for small a.
	return 2 * h / (s.from + math.Sqrt(math.Max(0, s.from*s.from+4*a*h)))
}

// slopes lays the stages' curves end to end.
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
	next   uint64  // the hit that comes next
	slope  int     // where it will be looked for
	before float64 // expected hits of the slopes before that
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

// step goes to the next hit.
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
