package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/instance"
)

// A quiet is a target at rest: the trials of both sides begin with it, so that neither has
// to finish the work of an earlier trial.
type quiet struct {
	probe time.Duration // time of an answer to a lone visitor; 0 if no request is safe
}

const (
	probes     = 5
	probePause = 20 * time.Millisecond
	probeSlack = 5 * time.Millisecond
	longDrain  = 20 * time.Second
)

// far is the number of requests that no trial reaches.
const far = 1 << 41

// rest measures an instance at rest.
func (l *limitRun) rest(ctx context.Context, e *instance.Instance) (q quiet, err error) {
	for range probes {
		took, err := l.probe(ctx, e)
		if err != nil {
			return q, err
		}
		q.probe = max(q.probe, took)
	}
	return q, nil
}

// probe returns the time of an answer to a safe request; 0 if there is none.
func (l *limitRun) probe(ctx context.Context, e *instance.Instance) (time.Duration, error) {
	safe, ok := l.requests.From(far).Safe()
	if !ok {
		return 0, ctx.Err()
	}
	began := time.Now()
	_, err := e.Client.Ask(ctx, safe, 0)
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if err != nil { // it counts as slow
		return time.Since(began) + longDrain, nil
	}
	return time.Since(began), nil
}

// drain waits until an instance has finished the work of earlier trials: no process of its
// tree is running or waits for a core, and a probe is answered as fast as at rest.
func (l *limitRun) drain(ctx context.Context, i int) error {
	e, usual := l.instances[i], l.usual[i]
	for began := time.Now(); time.Since(began) < longDrain; {
		calm, err := l.calm(ctx, e, usual)
		if err != nil || calm {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(probePause):
		}
	}
	return &BusyError{Target: e.Name}
}

// calm reports whether an instance is at rest.
func (l *limitRun) calm(ctx context.Context, e *instance.Instance, usual quiet) (bool, error) {
	u, err := e.Used()
	if err != nil || u.Runnable > 0 {
		return false, err
	}
	took, err := l.probe(ctx, e)
	return err == nil && took <= 2*usual.probe+probeSlack, err
}

// A BusyError reports a target that did not come to rest after a trial.
type BusyError struct{ Target string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("target %s was still busy %v after the last answer of a trial", e.Target, longDrain)
}
