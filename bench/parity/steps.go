package parity

import (
	"context"
	"sync"

	"github.com/classibench/classibench/bench/parity/trial"
)

// steps let two sides begin each batch together. A nil one lets them go at their own pace.
type steps struct {
	here chan struct{} // from the one that comes first
	gone chan struct{} // closed when one of them has ended
	once sync.Once
}

// meet waits until the other side is about to begin a batch, too, or has ended.
func (s *steps) meet(ctx context.Context) {
	if s == nil {
		return
	}
	select {
	case s.here <- struct{}{}:
	case <-s.here:
	case <-s.gone:
	case <-ctx.Done():
	}
}

// leave ends the part of a side.
func (s *steps) leave() {
	if s != nil {
		s.once.Do(func() { close(s.gone) })
	}
}

// playInStep is play with both sides at the same pace: the time between two requests is the
// same for both, up to that of an answer.
func (p *pair) playInStep(ctx context.Context, q trial.Sequence, how trial.How) (trial.Trial, error) {
	s := &steps{here: make(chan struct{}), gone: make(chan struct{})}
	p.baseline.steps, p.candidate.steps = s, s
	defer func() { p.baseline.steps, p.candidate.steps = nil, nil }()
	return p.play(ctx, q, how)
}
