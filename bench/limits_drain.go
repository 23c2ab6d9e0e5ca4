package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/internal/unit"
)

// A quiet is a target at rest: the trials of both sides begin with it, so that neither has
// to finish the work of an earlier trial.
type quiet struct {
	probe time.Duration // time of an answer to a lone visitor; 0 if no request is safe
	alive int           // processes of its tree
}

const (
	probes     = 5
	probePause = 20 * time.Millisecond
	probeSlack = 5 * time.Millisecond
	longDrain  = 20 * time.Second

	// leftoverPatience is how long a trial waits for processes that sleep. A server that
	// starts more workers under load keeps them for a while, so they do not end the search.
	leftoverPatience = 5 * time.Second
)

// rested is the time without a hit before a trial. A target that limits its visitors by a token
// bucket has used it up in the trial before, or while it was warmed up, and answers again with
// the first token: the trial would find a limit that is too low.
const rested = 500 * time.Millisecond

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
	u, err := e.Used()
	q.alive = u.Alive
	return q, err
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
// tree is running or waits for a core, none is left that was not there at rest, and a probe
// is answered as fast as at rest. Then it gets time to recover.
func (l *limitRun) drain(ctx context.Context, i int) error {
	if err := l.settle(ctx, i); err != nil {
		return err
	}
	return pause(ctx, rested)
}

func (l *limitRun) settle(ctx context.Context, i int) error {
	e := l.instances[i]
	for began := time.Now(); time.Since(began) < longDrain; {
		left, calm, err := l.calm(ctx, e, l.usual[i])
		switch {
		case err != nil || calm && left <= 0:
			return err
		case calm && time.Since(began) > l.patience:
			l.accept(i, left)
			return nil
		}
		if err := pause(ctx, probePause); err != nil {
			return err
		}
	}
	return &BusyError{Target: e.Name}
}

// pause waits for some time, or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// accept takes processes that do not end for a part of the instance from now on.
func (l *limitRun) accept(i, left int) {
	l.usual[i].alive += left
	l.left[l.instances[i].Name] += left
}

// leftovers returns a doubt about a target that has kept processes; "" if it has not.
func (l *limitRun) leftovers(name string) string {
	n := l.left[name]
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s kept %s more than it had before the first trial, %s after the last answer of a trial: a server may keep workers that it started under load, but leftovers of an overload make later trials slower", name, unit.Count(n, "process", "processes"), unit.Seconds(l.patience.Seconds()))
}

// calm reports whether an instance is at rest, and how many processes more it has than at
// first, which sleep.
func (l *limitRun) calm(ctx context.Context, e *instance.Instance, usual quiet) (left int, calm bool, err error) {
	u, err := e.Used()
	left = u.Alive - usual.alive
	if err != nil || u.Runnable > 0 {
		return left, false, err
	}
	took, err := l.probe(ctx, e)
	return left, err == nil && took <= 2*usual.probe+probeSlack, err
}

// A BusyError reports a target that did not come to rest after a trial.
type BusyError struct{ Target string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("target %s was still busy %v after the last answer of a trial", e.Target, longDrain)
}
