package parity

import (
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
// data, or the begin of it, is answered equally but for what varies by itself. It may be used
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
		if len(m.runs[sum]) < enoughRuns {
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
