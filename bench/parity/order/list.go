package order

import (
	"cmp"
	"maps"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A list holds the requests of a planner by route.
type list struct {
	Planner
	routes   [][]int // the numbers of the requests of each route, without repetitions
	distinct int     // number of different requests
	closure  [][]int // for each request all that it needs, directly or not, in order
	signedIn [][]int // the same with what its cookies need
}

func newList(p *Planner) *list {
	l := &list{Planner: p.withDefaults()}
	at, seen := map[string]int{}, map[string]bool{}
	for i, r := range p.requests {
		k := requestKey(r)
		if seen[k] {
			continue
		}
		seen[k] = true
		if _, ok := at[r.Route]; !ok {
			at[r.Route] = len(l.routes)
			l.routes = append(l.routes, nil)
		}
		l.routes[at[r.Route]] = append(l.routes[at[r.Route]], i)
	}
	l.distinct = len(seen)
	l.closure = closures(l.Needs)
	l.signedIn = closures(merged(l.Needs, l.Cookies))
	return l
}

// merged returns the needs of two lists, of which the second may be nil.
func merged(a, b [][]int) [][]int {
	all := slices.Clone(a)
	for i := range b {
		all[i] = slices.Concat(a[i], b[i])
	}
	return all
}

// needs returns all that a request of a visitor needs. Visitors with an odd number are
// strangers, so that what a program remembers of others shows.
func (l *list) needs(request, visitor int) []int {
	if visitor%2 == 0 {
		return l.signedIn[request]
	}
	return l.closure[request]
}

// strangers returns the list for visitors without cookies.
func (l *list) strangers() *list {
	s := *l
	s.signedIn = l.closure
	return &s
}

// all returns the numbers of all requests, in the order given.
func (l *list) all() (requests []int) {
	for i := range l.requests {
		requests = append(requests, i)
	}
	return requests
}

// many is the number of requests that are sent alone before routes are put in order: if
// there are more, the others would take too much of a budget.
const many = 64

// byTurns returns the numbers of the different requests: the first one of each route,
// then the second ones, and so on.
func (l *list) byTurns() (requests []int) {
	for turn := 0; len(requests) < l.distinct; turn++ {
		for _, route := range l.routes {
			if turn < len(route) {
				requests = append(requests, route[turn])
			}
		}
	}
	return requests
}

// leading returns one request of each route: the others of a route seldom differ alone, and
// the time is better spent on requests after each other.
func (l *list) leading() []int { return l.byTurns()[:len(l.routes)] }

// first returns a request of each route, and more of them up to a limit.
func (l *list) first() []int {
	requests := l.byTurns()
	return requests[:min(len(requests), max(many, len(l.routes)))]
}

// others returns the requests that are not among the first.
func (l *list) others() []int { return l.byTurns()[len(l.first()):] }

// A planned request is one with its visitor and batch.
type planned struct{ request, visitor, batch int }

// sequence returns the steps of planned requests, after those that they need and that
// do not come before them anyway.
func (l *list) sequence(plan []planned) trial.Sequence {
	missing, sent := map[planned]bool{}, map[planned]bool{} // without batches
	for _, p := range plan {
		for _, need := range l.needs(p.request, p.visitor) {
			if !sent[planned{request: need, visitor: p.visitor}] {
				l.add(missing, need, p.visitor)
			}
		}
		sent[planned{request: p.request, visitor: p.visitor}] = true
	}
	first := slices.SortedFunc(maps.Keys(missing), func(a, b planned) int {
		return cmp.Or(cmp.Compare(a.request, b.request), cmp.Compare(a.visitor, b.visitor))
	})
	var s trial.Sequence
	for _, p := range append(first, plan...) {
		s = append(s, trial.Step{Request: l.requests[p.request], Visitor: p.visitor, Batch: p.batch})
	}
	return s
}

// add adds a request of a visitor, with all that it needs.
func (l *list) add(to map[planned]bool, request, visitor int) {
	for _, need := range l.needs(request, visitor) {
		to[planned{request: need, visitor: visitor}] = true
	}
	to[planned{request: request, visitor: visitor}] = true
}

// closures adds to the needs of each request those of the requests that it needs.
func closures(needs [][]int) [][]int {
	all := make([][]int, len(needs))
	for i, direct := range needs {
		for _, need := range direct {
			all[i] = append(append(all[i], all[need]...), need)
		}
		slices.Sort(all[i])
		all[i] = slices.Compact(all[i])
	}
	return all
}

// A picker takes the requests of each route in turn.
type picker struct {
	*list
	used []int
}

func (l *list) picker() *picker { return &picker{l, make([]int, len(l.routes))} }

func (p *picker) next(route int) int {
	requests := p.routes[route]
	p.used[route]++
	return requests[(p.used[route]-1)%len(requests)]
}
