package order

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A searcher looks for the steps that a difference needs, among those of a sequence
// that shows it.
type searcher struct {
	*prober
	s     trial.Sequence
	needs [][]int
	found []int // steps that are needed, in order
}

// search replaces p.best by a sequence of only those of its steps that the difference
// needs, and of steps that these need. It ends with a sequence that was seen to show
// the difference, whatever the probes report. If it keeps more than a few steps only since
// others need them, such as forms that are each in the answer to the one before, it searches
// among these as well.
func search(ctx context.Context, p *prober, needs [][]int) error {
	if needs == nil {
		needs = guess(p.best)
	}
	f := &searcher{prober: p, s: p.best, needs: needs}
	if err := f.search(ctx); err != nil || len(p.best)-1-len(f.found) <= few {
		return err
	}
	alone := &searcher{prober: p, s: f.s, found: f.found, needs: make([][]int, len(f.s))}
	shown, err := p.shows(ctx, alone.with(len(f.s)-1))
	if err != nil || shown[0] {
		return err
	}
	rest := &searcher{prober: p, s: p.best, needs: make([][]int, len(p.best))}
	return rest.search(ctx)
}

// search finds the steps, until they show the difference with those that they need.
func (f *searcher) search(ctx context.Context) error {
	for from := 0; from < len(f.s)-1; {
		shown, err := f.shows(ctx, f.with(len(f.s)-1))
		if err != nil || shown[0] {
			return err
		}
		last, err := f.edge(ctx, from)
		if err != nil {
			return err
		}
		f.found, from = append(f.found, last), last+1
	}
	return nil
}

// with returns the sequence of the steps found, those from a number on, and all steps
// that they need.
func (f *searcher) with(from int) trial.Sequence {
	keep := make([]bool, len(f.s))
	for i := range f.s {
		keep[i] = i >= from || slices.Contains(f.found, i)
	}
	for i := len(f.s) - 1; i >= 0; i-- { // a step needs earlier ones only
		for _, need := range f.needs[i] {
			keep[need] = keep[need] || keep[i]
		}
	}
	kept := make(trial.Sequence, 0, len(f.s))
	for i, step := range f.s {
		if keep[i] {
			kept = append(kept, step)
		}
	}
	return tidy(kept)
}

// edge returns the last step that the sequence may begin with, after the steps found:
// with(edge) shows the difference and with(edge+1) does not. with(from) is known to
// show it, and with(the victim) not to.
func (f *searcher) edge(ctx context.Context, from int) (int, error) {
	low, high := from, len(f.s)-1
	for gap := 1; high-low > 1; {
		var at []int
		at, gap = f.places(from, low, high, gap)
		shown, err := f.shows(ctx, f.froms(at)...)
		if err != nil {
			return 0, err
		}
		last := lastTrue(shown)
		if last+1 < len(at) {
			high = at[last+1]
		}
		if last >= 0 {
			low = at[last]
		}
	}
	return low, nil
}

// factor is the growth of the distance from the victim. Most sequences end soon after
// the poison, so short ones are sent first; they also take less time.
const factor = 8

// places returns the next places to probe between low and high, in order. As long as
// nothing is known on one side, they gallop away from the other end: from the victim
// for the first two steps that are found, and from the last one found for more, since
// sequences that need many steps often need all.
func (f *searcher) places(from, low, high, gap int) (at []int, next int) {
	nearVictim := len(f.found) < 2
	gallops := gap < (high-low)/2 && (nearVictim && low == from || !nearVictim && high == len(f.s)-1)
	for i := range min(f.o.Parallel, high-low-1) {
		switch {
		case !gallops:
			at = append(at, low+(i+1)*(high-low)/(min(f.o.Parallel, high-low-1)+1))
		case gap >= high-low:
		case nearVictim:
			at, gap = append(at, len(f.s)-1-gap), gap*factor
		default:
			at, gap = append(at, from+gap), gap*factor
		}
	}
	at = slices.DeleteFunc(at, func(i int) bool { return i <= low || i >= high })
	slices.Sort(at)
	return at, gap
}

func (f *searcher) froms(at []int) (sequences []trial.Sequence) {
	for _, i := range at {
		sequences = append(sequences, f.with(i))
	}
	return sequences
}

// lastTrue returns the index of the last true value, or -1.
func lastTrue(values []bool) int {
	for i := len(values) - 1; i >= 0; i-- {
		if values[i] {
			return i
		}
	}
	return -1
}

// tidy gives each batch of a sequence a number of its own, and a step that is alone in
// its batch none. It returns the sequence.
func tidy(s trial.Sequence) trial.Sequence {
	for i, number := 0, 0; i < len(s); {
		end := i + 1
		for end < len(s) && s[i].Batch != 0 && s[end].Batch == s[i].Batch {
			end++
		}
		batch := 0
		if end-i > 1 {
			number++
			batch = number
		}
		for ; i < end; i++ {
			s[i].Batch = batch
		}
	}
	return s
}
