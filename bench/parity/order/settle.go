package order

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// settle makes p.best minimal: no two of its visitors can be one, and without any of its
// steps the difference is gone. It starts again after each change, since a step can
// become unnecessary by it.
func settle(ctx context.Context, p *prober) error {
	reductions := []reduction{serial{}, visitors{}, steps{}}
	if p.o.Simplify {
		reductions = append(reductions, parts{})
	}
	for before := ""; before != key(p.best); {
		before = key(p.best)
		for _, r := range reductions {
			if err := p.reduce(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// A reduction lists shorter or simpler forms of a sequence.
type reduction interface {
	forms(s trial.Sequence) int
	form(s trial.Sequence, i int) trial.Sequence
}

// reduce replaces p.best by one of its forms as long as one shows the difference.
func (p *prober) reduce(ctx context.Context, r reduction) error {
	for at, tried := 0, 0; ; {
		n := r.forms(p.best)
		if tried >= n {
			return nil
		}
		var next []trial.Sequence
		for j := range min(p.o.Parallel, n-tried) {
			next = append(next, tidy(r.form(p.best, (at+j)%n)))
		}
		shown, err := p.shows(ctx, next...)
		if err != nil {
			return err
		}
		if first := slices.Index(shown, true); first >= 0 {
			p.best, at, tried = next[first], at+first, 0 // the next form has moved to this place
		} else {
			at, tried = at+len(next), tried+len(next)
		}
	}
}

// serial sends one step after the other.
type serial struct{}

func (serial) forms(s trial.Sequence) int {
	if slices.ContainsFunc(s, func(step trial.Step) bool { return step.Batch != 0 }) {
		return 1
	}
	return 0
}

func (serial) form(s trial.Sequence, _ int) trial.Sequence {
	s = slices.Clone(s)
	for i := range s {
		s[i].Batch = 0
	}
	return s
}

// steps removes a step, but never the victim.
type steps struct{}

func (steps) forms(s trial.Sequence) int { return len(s) - 1 }

func (steps) form(s trial.Sequence, i int) trial.Sequence {
	return slices.Delete(slices.Clone(s), i, i+1)
}

// visitors numbers the visitors by their first steps, or makes one visitor of all, or of
// two.
type visitors struct{}

func (visitors) forms(s trial.Sequence) int { return len(visitors{}.all(s)) }

func (visitors) form(s trial.Sequence, i int) trial.Sequence { return visitors{}.all(s)[i] }

func (visitors) all(s trial.Sequence) (all []trial.Sequence) {
	numbered := renumbered(s)
	if key(numbered) != key(s) {
		all = append(all, numbered)
	}
	n := visitorsOf(s)
	if n > 2 {
		all = append(all, renamed(s, func(int) int { return 0 }))
	}
	for w := range n {
		for v := range w {
			all = append(all, renumbered(renamed(numbered, func(x int) int {
				if x == w {
					return v
				}
				return x
			})))
		}
	}
	return all
}

// renumbered numbers visitors from 0 by their first steps.
func renumbered(s trial.Sequence) trial.Sequence {
	numbers := map[int]int{}
	return renamed(s, func(visitor int) int {
		if _, ok := numbers[visitor]; !ok {
			numbers[visitor] = len(numbers)
		}
		return numbers[visitor]
	})
}

func renamed(s trial.Sequence, name func(visitor int) int) trial.Sequence {
	s = slices.Clone(s)
	for i := range s {
		s[i].Visitor = name(s[i].Visitor)
	}
	return s
}

// visitorsOf returns the number of visitors of a sequence.
func visitorsOf(s trial.Sequence) int {
	seen := map[int]bool{}
	for _, step := range s {
		seen[step.Visitor] = true
	}
	return len(seen)
}
