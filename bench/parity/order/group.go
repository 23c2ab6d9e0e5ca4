package order

import "github.com/classibench/classibench/bench/parity/trial"

// A Finding is a difference for Group.
type Finding struct {
	Kind     string         // kind of the difference, such as "lifetime"
	Sequence trial.Sequence // as shrunk: the last step is the victim
	Place    string         // place where the answers differ
	Got      string         // value of the candidate at the place
}

// Group returns the numbers of the findings with one cause, in groups. The first of each
// group has the shortest sequence.
func Group(findings []Finding) [][]int { return nil }
