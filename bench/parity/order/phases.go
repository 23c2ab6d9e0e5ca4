package order

import (
	"iter"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// alone yields each request as a sequence of its own.
func (l *list) alone(requests []int) iter.Seq[trial.Sequence] {
	return func(yield func(trial.Sequence) bool) {
		for _, i := range requests {
			if !yield(l.sequence([]planned{{request: i}})) {
				return
			}
		}
	}
}

// twice yields each request twice in a row by a visitor, and then by another one.
func (l *list) twice(requests []int) iter.Seq[trial.Sequence] { return l.twiceOf(requests, 1) }

// twiceInOne yields the same with as many requests in a sequence as there is room for: it
// shows most with the fewest starts, but a request may hide what another one does.
func (l *list) twiceInOne(requests []int) iter.Seq[trial.Sequence] {
	return l.twiceOf(requests, max(1, l.Length/3))
}

func (l *list) twiceOf(requests []int, each int) iter.Seq[trial.Sequence] {
	return func(yield func(trial.Sequence) bool) {
		for some := range slices.Chunk(requests, each) {
			var plan []planned
			for _, i := range some {
				plan = append(plan, planned{request: i}, planned{request: i}, planned{request: i, visitor: 1})
			}
			if !yield(l.sequence(plan)) {
				return
			}
		}
	}
}

// turns is how often a request is sent over new connections: programs have few workers, and
// the second request of one can be the first that is answered differently.
const turns = 6

// connecting yields requests in turn several times, and then each several times in a row,
// each time over a new connection.
func (l *list) connecting(yield func(trial.Sequence) bool) {
	for some := range slices.Chunk(l.first(), max(1, l.Length/turns)) {
		for _, plan := range [][]planned{
			slices.Repeat(byVisitors(some, 1), turns),
			byVisitors(inARow(some, turns), 1),
		} {
			s := l.sequence(plan)
			for i := range s {
				s[i].Connect = true
			}
			if !yield(s) {
				return
			}
		}
	}
}

func inARow(requests []int, times int) (all []int) {
	for _, i := range requests {
		all = append(all, slices.Repeat([]int{i}, times)...)
	}
	return all
}

// longest is the number of requests after which even the order given is cut.
const longest = 1000

// whole yields requests by one visitor in one sequence, or in as few as possible.
func (l *list) whole(requests []int) iter.Seq[trial.Sequence] {
	return func(yield func(trial.Sequence) bool) {
		for _, piece := range pieces(requests, longest) {
			if len(piece) > 1 && !yield(l.sequence(byVisitors(piece, 1))) {
				return
			}
		}
	}
}

func reversed(requests []int) []int {
	requests = slices.Clone(requests)
	slices.Reverse(requests)
	return requests
}

// byVisitors plans requests by a number of visitors, who take turns.
func byVisitors(requests []int, visitors int) (plan []planned) {
	for i, r := range requests {
		plan = append(plan, planned{request: r, visitor: i % visitors})
	}
	return plan
}

// pairs yields orders in which each group follows each other one, by visitors who take
// turns.
func (l *list) pairs(groups [][]int, visitors int) iter.Seq[trial.Sequence] {
	return func(yield func(trial.Sequence) bool) {
		sub := *l
		sub.routes = groups
		pick := sub.picker()
		for row := range rows(len(groups)) {
			for _, piece := range pieces(row, l.Length) {
				var requests []int
				for _, group := range piece {
					requests = append(requests, pick.next(group))
				}
				if !yield(l.sequence(byVisitors(requests, visitors))) {
					return
				}
			}
		}
	}
}

// related yields orders of the routes of each cluster.
func (l *list) related(yield func(trial.Sequence) bool) {
	for _, cluster := range l.clusters() {
		var groups [][]int
		for _, route := range cluster {
			groups = append(groups, l.routes[route])
		}
		for s := range l.pairs(groups, 1) {
			if !yield(s) {
				return
			}
		}
	}
}

// everyRequest yields orders in which each request follows each other one, if a route
// has several and there are not too many.
func (l *list) everyRequest() iter.Seq[trial.Sequence] {
	var groups [][]int
	if l.distinct > len(l.routes) && l.distinct <= many {
		for _, i := range l.byTurns() {
			groups = append(groups, []int{i})
		}
	}
	return l.pairs(groups, 1)
}
