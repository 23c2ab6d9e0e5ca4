package capacity

import (
	"math"
	"math/rand/v2"
	"sync"
)

// A queue is one model of a target whose answers become slow: it works at a capacity, the
// work of a hit varies with this squared coefficient of variation, and it grows by up to a
// share while hits wait: fully when they wait as long as the objective.
type queue struct{ variation, growth float64 }

// queues are the models that are considered. Deterministic service has variation 0, and
// exponential 1; a mix of cheap and expensive routes has more. Processor sharing looks like
// about 1 more than its own. Contention makes work grow.
var queues = []queue{{0, 0}, {0.4, 0}, {1, 0}, {2.5, 0}, {0, 0.04}, {0, 0.1}}

// draws is the number of simulations for each model whose service varies.
const draws = 3

// prediction simulates all models, at one capacity, with the arrivals of a trial. It returns
// the 95th percentile of the wait for each, draw by draw. Since the arrivals are those of
// the trial, their randomness is no noise.
func (t *Trial) prediction(place int, objective float64) []float64 {
	if p, known := t.waits[place]; known {
		return p
	}
	if t.waits == nil {
		t.waits = map[int][]float64{}
	}
	var all []float64
	for _, q := range queues {
		for d := range draws {
			if d > 0 && q.variation == 0 {
				all = append(all, all[len(all)-1])
				continue
			}
			all = append(all, q.wait(t, rateAt(place), objective, uint64(d)))
		}
	}
	t.waits[place] = all
	return all
}

// wait returns the 95th percentile of the wait, by Lindley's recursion over groups of hits.
func (q queue) wait(t *Trial, capacity, objective float64, draw uint64) float64 {
	r := rand.New(rand.NewPCG(draw, 1))
	m := float64(t.Step)
	mean, sd := m/capacity, math.Sqrt(m*q.variation)/capacity
	longest := newTop(1 + len(t.Due)/20)
	wait := 0.0
	for i, due := range t.Due {
		longest.add(wait)
		work := mean
		if sd > 0 {
			work = gamma(r, mean, sd)
		}
		work *= 1 + q.growth*math.Min(1, wait/objective)
		next := t.Seconds
		if i+1 < len(t.Due) {
			next = t.Due[i+1]
		}
		wait = math.Max(0, wait+work-(next-due))
	}
	return longest.least()
}

// gamma returns a positive random number of this mean and standard deviation; it is normal
// unless that would often be negative, and exponential-like then.
func gamma(r *rand.Rand, mean, sd float64) float64 {
	if cv := sd / mean; cv > 0.4 {
		p := 2 / (1 + cv*cv) // exponential with probability p, else 0: the same two moments
		if p < 1 {
			if r.Float64() > p {
				return 0
			}
			return r.ExpFloat64() * mean / p
		}
		return mean * (1 - cv + cv*r.ExpFloat64())
	}
	return math.Max(0, mean+sd*r.NormFloat64())
}

// limit returns the rate at which 95% of the waits are at most wait in the long run. It
// solves Lundberg's equation for service times with a gamma distribution.
func (q queue) limit(capacity, wait float64) float64 {
	if q.growth > 0 {
		return q.longLimit(capacity, wait)
	}
	rho := 1.0
	for range 3 { // P(W > wait) = ρ·exp(−θ·wait) = 5%
		y := math.Log(math.Max(20*rho, 1.01)) / wait / capacity
		rho = math.Min(1, y/q.transform(y))
	}
	return rho * capacity
}

// transform returns E[exp(y·S)] − 1 for service times of mean 1.
func (q queue) transform(y float64) float64 {
	if q.variation < 1e-9 {
		return math.Expm1(y)
	}
	x := q.variation * y
	if x >= 0.95 {
		x = 0.95
	}
	return math.Expm1(-math.Log1p(-x) / q.variation)
}

// longLimit finds the limit of a queue whose work grows, by simulation.
func (q queue) longLimit(capacity, wait float64) float64 {
	hits := math.Round(10*math.Log(capacity*wait)) / 10 // that can wait, on a coarse scale
	key := [2]float64{q.growth, hits}
	if rho, known := growingLimits.Load(key); known {
		return rho.(float64) * capacity
	}
	low, high := 0.3, 1.0
	for range 10 {
		mid := (low + high) / 2
		if q.longShare(mid, math.Exp(hits)) <= 0.05 {
			low = mid
		} else {
			high = mid
		}
	}
	growingLimits.Store(key, low)
	return low * capacity
}

var growingLimits sync.Map // [2]float64 to float64

// longShare returns the share of hits that wait longer than the time of some hits, for a
// queue of capacity 1.
func (q queue) longShare(rate, longest float64) float64 {
	const hits = 100_000
	r := rand.New(rand.NewPCG(5, 5))
	wait, over := 0.0, 0
	for range hits {
		if wait > longest {
			over++
		}
		wait = math.Max(0, wait+1+q.growth*math.Min(1, wait/longest)-r.ExpFloat64()/rate)
	}
	return float64(over) / hits
}

// A top keeps the n largest of some numbers, in descending order.
type top struct{ kept []float64 }

func newTop(n int) *top { return &top{make([]float64, n)} }

func (t *top) add(x float64) {
	n := len(t.kept)
	if x <= t.kept[n-1] {
		return
	}
	i := n - 1
	for ; i > 0 && t.kept[i-1] < x; i-- {
		t.kept[i] = t.kept[i-1]
	}
	t.kept[i] = x
}

func (t *top) least() float64 { return t.kept[len(t.kept)-1] }
