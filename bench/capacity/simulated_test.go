package capacity

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
)

// A server is a simulated target. It returns the latency of each hit, or a negative number
// for an error.
type server interface {
	serve(due []float64, r *rand.Rand) (latencies []float64)
}

// workers serve one hit each, for a fixed time that grows with the number of hits in the
// server, up to a tenth as much again.
type workers struct {
	number  int
	service float64
	growth  float64 // share of the service time for each waiting hit
}

func (w workers) serve(due []float64, _ *rand.Rand) (latencies []float64) {
	free := make(ends, w.number)
	var present ends
	for _, at := range due {
		for len(present) > 0 && present[0] <= at {
			heap.Pop(&present)
		}
		waiting := max(0, len(present)-w.number)
		begin := math.Max(at, free[0])
		free[0] = begin + w.service*(1+math.Min(0.1, w.growth*float64(waiting)))
		heap.Push(&present, free[0])
		latencies = append(latencies, free[0]-at)
		heap.Fix(&free, 0)
	}
	return latencies
}

// ends are times at which workers become free; the first is the earliest.
type ends []float64

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i] < e[j] }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(float64)) }
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// varied serves with one worker, for times that vary.
type varied struct{ mean, variation float64 }

func (v varied) serve(due []float64, r *rand.Rand) (latencies []float64) {
	free := 0.0
	for _, at := range due {
		free = math.Max(free, at) + gamma(r, v.mean, v.mean*math.Sqrt(v.variation))
		latencies = append(latencies, free-at)
	}
	return latencies
}

// tokens refuses hits beyond a rate.
type tokens struct{ rate, size, service float64 }

func (b tokens) serve(due []float64, _ *rand.Rand) (latencies []float64) {
	left, before := b.size, 0.0
	for _, at := range due {
		left, before = math.Min(b.size, left+(at-before)*b.rate), at
		if left < 1 {
			latencies = append(latencies, -1)
			continue
		}
		left--
		latencies = append(latencies, b.service)
	}
	return latencies
}

// arrivals returns a Poisson process.
func arrivals(r *rand.Rand, rate, seconds float64) (due []float64) {
	for at := r.ExpFloat64() / rate; at < seconds; at += r.ExpFloat64() / rate {
		due = append(due, at)
	}
	return due
}

// offer runs a trial against a server.
func offer(s server, o Objective, rate, seconds float64, r *rand.Rand) Trial {
	due := arrivals(r, rate, seconds)
	t := Trial{Rate: rate, Seconds: seconds}
	t.Due, t.Step = Thin(due)
	var right []float64
	early, answered := 0, 0
	for i, latency := range s.serve(due, r) {
		if due[i] < seconds-o.P95 {
			early++
		}
		switch {
		case latency < 0:
			t.Errors++
		default:
			t.Hits++
			right = append(right, latency)
		}
		if latency >= 0 && due[i]+latency <= seconds {
			answered++
		}
	}
	t.P95 = percentile(right)
	t.Achieved = float64(answered) / math.Max(1, float64(early))
	return t
}

func percentile(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(math.Ceil(0.95*float64(len(all))))-1]
}

// truth returns the rate at which a server just meets the objective in the long run.
func truth(s server, o Objective, capacity float64) float64 {
	low, high := 0.3*capacity, 1.3*capacity
	for range 12 {
		mid := (low + high) / 2
		r := rand.New(rand.NewPCG(3, 3))
		t := offer(s, o, mid, 300_000/mid, r)
		if t.P95 <= o.P95 && t.share() <= o.Errors && t.Hits > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}
