package order

import (
	"cmp"
	"iter"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Planner yields sequences of some requests. Make it with New; the other fields may be
// set before the first phase is read.
type Planner struct {
	Needs    [][]int // for each request the earlier ones whose fields it needs, see Needs; nil guesses from {{name}}
	Cookies  [][]int // the same for cookies, such as that of a login: every other visitor gets them, and the rest are strangers; nil needs none
	Visitors int     // maximum of visitors that are interleaved; 0 is 4
	Length   int     // maximum of requests of a sequence, apart from the order given and from requests that others need; 0 is 40
	Copies   int     // number of requests that are sent at the same time; 0 is 4

	requests []trial.Request
	seed     int64
}

// A Phase is a part of a plan. Its sequences can be read more than once.
type Phase struct {
	Name      string // such as "alone"
	Sequences iter.Seq[trial.Sequence]
}

// New returns a planner for requests in the order given. The same seed gives the same
// sequences.
func New(requests []trial.Request, seed int64) *Planner {
	return &Planner{requests: requests, seed: seed}
}

// Phases returns the phases of the plan, in order. The last one, random orders, has no
// end if there are requests. Phases in which routes are put in order take another
// request of a route each time.
//
// A request that needs earlier ones is sent after them, by the same visitor: those that
// are missing are put at the beginning of its sequence, in the order given.
func (p *Planner) Phases() []Phase {
	l := newList(p)
	return []Phase{
		{"alone", l.strangers().alone(l.leading())},
		{"visits after each other", l.visits},
		{"all twice in a row", l.twiceInOne(l.first())},
		{"copies at the same time", l.copies},
		{"order given", l.whole(l.all())},
		{"over new connections", l.connecting},
		{"reversed", l.whole(reversed(l.all()))},
		{"related routes", l.related},
		{"all routes", l.pairs(l.routes, 1)},
		{"visitors in turn", l.inTurn},
		{"two routes at the same time", l.mixed},
		{"all routes by two visitors", l.pairs(l.routes, 2)},
		{"visitors interleaved", l.interleaved},
		{"twice in a row", l.twice(l.first())},
		{"other requests alone", l.strangers().alone(l.byTurns()[len(l.routes):])},
		{"other requests twice in a row", l.twice(l.others())},
		{"all requests", l.everyRequest()},
		{"random", l.random},
	}
}

// All yields the sequences of all phases with the names of their phases.
func (p *Planner) All() iter.Seq2[string, trial.Sequence] {
	return func(yield func(string, trial.Sequence) bool) {
		for _, phase := range p.Phases() {
			for s := range phase.Sequences {
				if !yield(phase.Name, s) {
					return
				}
			}
		}
	}
}

// defaultLength is the maximum of requests of a sequence if a planner has none.
const defaultLength = 40

func (p *Planner) withDefaults() Planner {
	q := *p
	q.Visitors, q.Copies = cmp.Or(q.Visitors, 4), cmp.Or(q.Copies, 4)
	q.Length = max(2, cmp.Or(q.Length, defaultLength))
	if q.Needs == nil {
		q.Needs = guess(asSequence(q.requests))
	}
	return q
}

func asSequence(requests []trial.Request) (s trial.Sequence) {
	for _, r := range requests {
		s = append(s, trial.Step{Request: r})
	}
	return s
}
