package order

import (
	"cmp"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// copies yields requests of one route by several visitors at the same time, for each route:
// the same one, or two different ones if there are, until all were sent.
func (l *list) copies(yield func(trial.Sequence) bool) {
	var same [][2]int
	for route, requests := range l.routes {
		for range (len(requests) + 1) / 2 {
			same = append(same, [2]int{route, route})
		}
	}
	l.batches(same, yield)
}

// mixed yields requests of two routes at the same time, for each pair of routes. Those
// that are related come first.
func (l *list) mixed(yield func(trial.Sequence) bool) {
	close := map[[2]int]int{}
	for _, cluster := range l.clusters() {
		for i, a := range cluster {
			for _, b := range cluster[i+1:] {
				close[[2]int{a, b}]++
			}
		}
	}
	var mixed [][2]int
	for b := range l.routes {
		for a := range b {
			mixed = append(mixed, [2]int{a, b})
		}
	}
	slices.SortStableFunc(mixed, func(x, y [2]int) int { return cmp.Compare(close[y], close[x]) })
	l.batches(mixed, yield)
}

// batches yields sequences of batches, one for each pair of routes, which alternate
// within the batch. Each request of a batch is by another visitor.
func (l *list) batches(routes [][2]int, yield func(trial.Sequence) bool) {
	pick := l.picker()
	for group := range slices.Chunk(routes, max(1, l.Length/l.Copies)) {
		var plan []planned
		for number, pair := range group {
			requests := [2]int{pick.next(pair[0]), pick.next(pair[1])}
			for i := range l.Copies {
				plan = append(plan, planned{request: requests[i%2], visitor: i, batch: number + 1})
			}
		}
		if !yield(l.sequence(plan)) {
			return
		}
	}
}
