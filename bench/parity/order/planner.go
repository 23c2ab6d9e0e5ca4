package order

import (
	"iter"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Planner yields sequences of some requests. Make it with New; the other fields may be
// set before the first phase is read.
type Planner struct {
	Needs    [][]int // for each request the earlier ones that it needs, see Needs; nil guesses from {{name}}
	Visitors int     // maximum of visitors that are interleaved; 0 is 4
	Length   int     // maximum of requests of a sequence, apart from those that others need; 0 is 40
	Copies   int     // number of requests that are sent at the same time; 0 is 4

	requests []trial.Request
	seed     int64
}

// A Phase is a part of a plan.
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
// end.
func (p *Planner) Phases() []Phase {
	return nil
}

// All yields the sequences of all phases with the names of their phases, without end.
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
