package parity

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A memory keeps runs of a slow baseline. Each request has a process of its own, so a run
// depends on the data and on what the visitors have got only: the same sequence on equal
// data, or the beginning of it, is answered equally but for what varies by itself. It may be used
// at the same time.
type memory struct {
	mu       sync.Mutex
	canaries *visitor.Canaries             // of all runs
	runs     map[uint64][][]trial.Exchange // by the sum of the sequence
	size     int                           // bytes of the bodies
}

func newMemory() *memory { return &memory{runs: map[uint64][][]trial.Exchange{}} }

const (
	leastKept  = 300 * time.Millisecond // a shorter run is sent again, since it may tell more about what varies
	enoughRuns = 2                      // they tell what varies
	mostBytes  = 64 << 20
)

// keep adds a run of a sequence, also as one of each sequence that it begins with.
func (m *memory) keep(q trial.Sequence, run []trial.Exchange, c *visitor.Canaries) {
	if concurrent(q) || took(run) < leastKept {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.size += sizeOf(run)
	if m.canaries != c || m.size > mostBytes {
		m.canaries, m.runs, m.size = c, map[uint64][][]trial.Exchange{}, sizeOf(run)
	}
	for i, sum := range prefixSums(q) {
		if len(m.runs[sum]) < enoughRuns && took(run[:i+1]) >= leastKept {
			m.runs[sum] = append(m.runs[sum], run[:i+1:i+1])
		}
	}
}

// of returns the runs of a sequence.
func (m *memory) of(q trial.Sequence, c *visitor.Canaries) [][]trial.Exchange {
	if concurrent(q) {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(q) == 0 || m.canaries != c {
		return nil
	}
	return slices.Clone(m.runs[prefixSums(q)[len(q)-1]])
}

// playKnown sends a sequence to both sides, or to the candidate alone if there are runs of
// the baseline.
func (p *pair) playKnown(ctx context.Context, q trial.Sequence, how trial.How, known [][]trial.Exchange) (trial.Trial, error) {
	if len(known) == 0 {
		return p.play(ctx, q, how)
	}
	candidate, err := p.candidate.play(ctx, q, how, p.canaries)
	return trial.Trial{Baseline: known[0], Candidate: candidate}, err
}

// runs returns runs of the baseline for a sequence beside a given one: those that are
// remembered, or else a new one.
func (h *hunt) runs(ctx context.Context, p *pair, q trial.Sequence, given []trial.Exchange) ([][]trial.Exchange, error) {
	if known := p.memory.of(q, p.canaries); len(known) >= enoughRuns {
		return known, nil
	}
	again, err := p.again(ctx, q, given)
	return [][]trial.Exchange{again}, err
}

// moreRuns returns further runs of the baseline for a sequence of which some are known: what
// varies by chance varies at the same second, too.
func (h *hunt) moreRuns(ctx context.Context, p *pair, q trial.Sequence, known [][]trial.Exchange) ([][]trial.Exchange, error) {
	if len(known) > 0 {
		return h.runs(ctx, p, q, known[0])
	}
	again, err := p.expected(ctx, q)
	return [][]trial.Exchange{again}, err
}

var sumSeed = maphash.MakeSeed()

// prefixSums returns a sum for each number of steps that a sequence begins with. Over which
// connection a step is sent makes no difference to a fresh process.
func prefixSums(q trial.Sequence) (all []uint64) {
	var h maphash.Hash
	h.SetSeed(sumSeed)
	for _, s := range q {
		s.Connect = false
		fmt.Fprintf(&h, "%#v\n", s) // maps are printed in the order of their keys
		all = append(all, h.Sum64())
	}
	return all
}

// took returns the time that all answers took.
func took(run []trial.Exchange) (d time.Duration) {
	for _, e := range run {
		d += e.Answer.Took
	}
	return d
}

func sizeOf(run []trial.Exchange) (n int) {
	for _, e := range run {
		n += len(e.Answer.Body)
	}
	return n
}
