package order

import (
	"math/rand/v2"

	"github.com/classibench/classibench/bench/parity/trial"
)

// mostOpening is the number of requests up to which the opening has three of each.
const mostOpening = defaultLength / 3

// Opening returns the sequence that shows most with the fewest requests: two visits by a
// visitor, and in turn with them one by another visitor, who begins half a visit later. So
// what a visitor does late in a visit, signed in and after forms, comes right before the first
// pages of a stranger. If there are many requests, it is the order given.
func Opening(requests []trial.Request) (s trial.Sequence) {
	n := len(requests)
	if n > mostOpening {
		return asSequence(requests)
	}
	for i := range 2 * n {
		s = append(s, trial.Step{Request: requests[i%n]})
		if j := i - n/2; j >= 0 && j < n {
			s = append(s, trial.Step{Request: requests[j], Visitor: 1})
		}
	}
	return s
}

// visits yields the order given twice by a visitor, who then has the cookies of all of it,
// once by another one, who has none, and again by the first one.
func (l *list) visits(yield func(trial.Sequence) bool) {
	who := []int{0, 0, 1, 0}
	for _, piece := range pieces(l.all(), max(2, l.Length/len(who))) {
		var plan []planned
		for _, v := range who {
			for _, request := range piece {
				plan = append(plan, planned{request: request, visitor: v})
			}
		}
		if len(plan) > 0 && !yield(l.sequence(plan)) {
			return
		}
	}
}

// inTurn yields the order given by two visitors, then three and more: each request is
// sent by all of them before the next one.
func (l *list) inTurn(yield func(trial.Sequence) bool) {
	for visitors := 2; visitors <= l.Visitors; visitors++ {
		for _, piece := range pieces(l.all(), max(2, l.Length/visitors)) {
			var plan []planned
			for _, request := range piece {
				for v := range visitors {
					plan = append(plan, planned{request: request, visitor: v})
				}
			}
			if len(plan) > 0 && !yield(l.sequence(plan)) {
				return
			}
		}
	}
}

// interleaved yields random merges of visits. Each visitor sends a request of each
// route, in an order of its own.
func (l *list) interleaved(yield func(trial.Sequence) bool) {
	pick := l.picker()
	for visitors := 2; visitors <= l.Visitors; visitors++ {
		for turn := range visitors {
			r := rand.New(rand.NewPCG(uint64(l.seed), uint64(visitors<<8|turn)))
			for _, piece := range pieces(pick.visits(visitors, r), l.Length) {
				if len(piece) > 1 && !yield(l.sequence(piece)) {
					return
				}
			}
		}
	}
}

// visits returns one visit for each of some visitors, merged at random.
func (p *picker) visits(visitors int, r *rand.Rand) (plan []planned) {
	left := make([][]int, visitors) // routes that each visitor has not sent yet
	for v := range left {
		left[v] = r.Perm(len(p.routes))
	}
	for range visitors * len(p.routes) {
		v := r.IntN(visitors)
		for len(left[v]) == 0 {
			v = (v + 1) % visitors
		}
		plan = append(plan, planned{request: p.next(left[v][0]), visitor: v})
		left[v] = left[v][1:]
	}
	return plan
}

// random yields random orders of random requests without end. One in two is by several
// visitors, and one in four sends some requests at the same time.
func (l *list) random(yield func(trial.Sequence) bool) {
	for i := uint64(1); len(l.routes) > 0; i++ {
		r := rand.New(rand.NewPCG(uint64(l.seed), i<<16))
		visitors, batches := 1, r.IntN(4) == 0
		if r.IntN(2) == 0 || batches {
			visitors = 1 + r.IntN(l.Visitors)
		}
		plan := l.anyOf(2+r.IntN(l.Length-1), visitors, r)
		if batches {
			batch(plan, l.Copies, r)
		}
		if !yield(l.sequence(plan)) {
			return
		}
	}
}

// anyOf returns random requests by random visitors. All routes are equally frequent.
func (l *list) anyOf(n, visitors int, r *rand.Rand) (plan []planned) {
	for range n {
		route := l.routes[r.IntN(len(l.routes))]
		plan = append(plan, planned{request: route[r.IntN(len(route))], visitor: r.IntN(visitors)})
	}
	return plan
}

// batch puts random neighbours into batches of two or more.
func batch(plan []planned, copies int, r *rand.Rand) {
	for i, number := 0, 0; i < len(plan); i++ {
		if r.IntN(4) > 0 {
			continue
		}
		number++
		for end := min(len(plan), i+2+r.IntN(max(1, copies-1))); i < end; i++ {
			plan[i].batch = number
		}
		i--
	}
}
