package capacity

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
)

// A server is a simulated target. It returns the latency of each hit, or a negative number
// for an error. Hits are due at seconds since the server began. It is in the state in which
// the hits of the call before left it.
type server interface {
	serve(due []float64, r *rand.Rand) (latencies []float64)
}

// workers serve one hit each, for a fixed time that grows with the number of hits in the
// server, up to a tenth as much again. The time is longer by a share for some seconds after
// the server began, and after a hit has waited for a second.
type workers struct {
	number  int
	service float64
	growth  float64 // share of the service time for each waiting hit
	slower  float64 // share by which service takes longer
	first   float64 // seconds for which it does so at first
	after   float64 // and after an overload

	free, present ends
	overload      float64 // time of the last one
}

func (w *workers) serve(due []float64, _ *rand.Rand) (latencies []float64) {
	if w.free == nil {
		w.free, w.overload = make(ends, w.number), math.Inf(-1)
	}
	for _, at := range due {
		for len(w.present) > 0 && w.present[0] <= at {
			heap.Pop(&w.present)
		}
		waiting := max(0, len(w.present)-w.number)
		begin := math.Max(at, w.free[0])
		if begin-at > 1 {
			w.overload = at
		}
		service := w.service * (1 + math.Min(0.1, w.growth*float64(waiting)))
		if begin < w.first || begin < w.overload+w.after {
			service *= 1 + w.slower
		}
		w.free[0] = begin + service
		heap.Push(&w.present, w.free[0])
		latencies = append(latencies, w.free[0]-at)
		heap.Fix(&w.free, 0)
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
type varied struct{ mean, variation, free float64 }

func (v *varied) serve(due []float64, r *rand.Rand) (latencies []float64) {
	for _, at := range due {
		v.free = math.Max(v.free, at) + gamma(r, v.mean, v.mean*math.Sqrt(v.variation))
		latencies = append(latencies, v.free-at)
	}
	return latencies
}

// tokens refuses hits beyond a rate.
type tokens struct{ rate, size, service, left, before float64 }

func (b *tokens) serve(due []float64, _ *rand.Rand) (latencies []float64) {
	for _, at := range due {
		b.left, b.before = math.Min(b.size, b.left+(at-b.before)*b.rate), at
		if b.left < 1 {
			latencies = append(latencies, -1)
			continue
		}
		b.left--
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

// offer runs a trial against a server, from a time on. It also returns when the last answer
// came.
func offer(s server, o Objective, rate, from, seconds float64, r *rand.Rand) (t Trial, last float64) {
	t = Trial{Rate: rate, Seconds: seconds, Failed: make([]uint64, int(math.Ceil(seconds)))}
	due := arrivals(r, rate, seconds)
	t.Due, t.Step = Thin(due)
	at := make([]float64, len(due))
	for i := range due {
		at[i] = from + due[i]
	}
	var right []float64
	early, answered := 0, 0
	for i, latency := range s.serve(at, r) {
		if due[i] < seconds-o.P95 {
			early++
		}
		if latency < 0 {
			t.Errors++
			t.Failed[int(due[i])]++
			continue
		}
		t.Hits++
		right = append(right, latency)
		last = math.Max(last, at[i]+latency)
		if due[i]+latency <= seconds {
			answered++
		}
	}
	t.P95 = percentile(right)
	t.Achieved = float64(answered) / math.Max(1, float64(early))
	return t, last
}

func percentile(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(math.Ceil(0.95*float64(len(all))))-1]
}

// truth returns the rate at which a server just meets the objective in the long run: what it
// does at first does not count.
func truth(begin func() server, o Objective, capacity float64) float64 {
	low, high := 0.3*capacity, 1.3*capacity
	for range 12 {
		mid := (low + high) / 2
		r, s := rand.New(rand.NewPCG(3, 3)), begin()
		_, last := offer(s, o, mid, 0, 10_000/mid, r)
		t, _ := offer(s, o, mid, last, 300_000/mid, r)
		if t.P95 <= o.P95 && t.share() <= o.Errors && t.Hits > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}
