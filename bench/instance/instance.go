// Package instance runs candidates: each has a process tree under a supervisor, a
// client with warm connections, and a notice of its death. Every command that sends
// requests to targets starts from a [Candidate] and gets an [Instance]. The caller
// chooses the requests and judges their answers.
package instance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/database"
)

// An Instance is a running candidate with warm connections.
type Instance struct {
	Name    string
	target  target.Target
	Running *target.Running
	Client  *load.Client
	Next    uint64 // number of its next request: each instance gets the same list

	Database *database.Copy  // nil if its data are not in a database server
	before   database.Counts // of the database, before the start

	candidate Candidate
	options   load.Options
	guard     func(*Instance) // is called after a restart; may be nil
}

// Start starts a candidate with fresh data.
func Start(ctx context.Context, c Candidate, o load.Options) (*Instance, error) {
	t, err := c.Fresh(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", c.Name, err)
	}
	e := &Instance{Name: c.Name, target: t, candidate: c, options: o}
	if c.Database != nil {
		if e.Database = c.Database(); e.Database != nil {
			e.before, err = e.Database.Counts(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the counters of the database of %s: %w", c.Name, err)
	}
	running, err := t.Start(ctx)
	if err != nil {
		return nil, err
	}
	if o.TLS, err = t.TLS(); err != nil {
		return nil, errors.Join(err, running.Stop())
	}
	client, err := load.NewClient(running.URL(), o)
	if err != nil {
		return nil, errors.Join(err, running.Stop())
	}
	e.Running, e.Client = running, client
	return e, nil
}

// Used returns the usage of the instance's process tree. It is zero if the system
// does not report it.
func (e *Instance) Used() (usage.Usage, error) {
	u, err := usage.Read(e.Running.Roots()...)
	if err == nil || errors.Is(err, usage.ErrUnsupported) {
		return u, nil
	}
	notice := deathNotice
	if errors.Is(err, usage.ErrGone) { // it has ended: only the report of how is missing
		notice = goneNotice
	}
	if death := e.death(notice); death != nil { // the reason for the error
		return u, death
	}
	return u, fmt.Errorf("read the CPU time of %s: %w", e.Name, err)
}

// Counts returns what the instance did in its database since its start. Its connections
// are ended, so call it last.
func (e *Instance) Counts(ctx context.Context) (database.Counts, error) {
	n, err := e.Database.Final(ctx)
	return n.Sub(e.before), err
}

// CPU returns the CPU time of the instance's process tree so far.
func (e *Instance) CPU() (time.Duration, error) {
	u, err := e.Used()
	return u.CPU, err
}

// deathNotice is the time limit for noticing a target's end, from its first missing
// answer.
const deathNotice = 3 * time.Second

// goneNotice is the time limit when no process is left. A machine without a free core may
// take longer than deathNotice to collect the last output.
const goneNotice = 20 * time.Second

// Death returns the way in which the instance ended, or nil while it runs.
func (e *Instance) Death() error { return e.death(deathNotice) }

func (e *Instance) death(notice time.Duration) error {
	select {
	case <-e.Running.Done():
		return &DeathError{Target: e.Name, Err: e.Running.Err()}
	case <-time.After(notice):
		return nil
	}
}

// Watched reports whether the instance's processes are known. Those of a server
// that runs already may not be.
func (e *Instance) Watched() bool { return len(e.Running.Roots()) > 0 }

// Stop stops the instance.
func (e *Instance) Stop() error {
	e.Client.Close()
	return e.Running.Stop()
}

// Restart stops the instance and starts its candidate again, with fresh data. The numbers of
// its requests go on. Its process tree and its address change, so read Running again.
func (e *Instance) Restart(ctx context.Context) error {
	if err := e.Stop(); err != nil {
		return err
	}
	fresh, err := Start(ctx, e.candidate, e.options)
	if err != nil {
		return err
	}
	fresh.Next, fresh.guard = e.Next, e.guard
	if *e = *fresh; e.guard != nil {
		e.guard(e)
	}
	return nil
}

// Run starts all candidates, calls do with the instances, and stops them. Backwards, it
// starts the last one first. When an instance exits early, the context of do is canceled,
// and the error of Run is a *DeathError.
func Run(ctx context.Context, all []Candidate, backwards bool, o load.Options, do func(context.Context, []*Instance) error) (err error) {
	instances := make([]*Instance, len(all))
	defer func() {
		for _, e := range instances {
			if e != nil {
				err = errors.Join(err, e.Stop())
			}
		}
	}()
	for n := range all {
		i := n
		if backwards {
			i = len(all) - 1 - n
		}
		if instances[i], err = Start(ctx, all[i], o); err != nil {
			return err
		}
	}
	guarded, release := guard(ctx, instances)
	defer release()
	err = do(guarded, instances)
	if cause := context.Cause(guarded); err != nil && cause != nil {
		return cause
	}
	return err
}

// guard returns a context that is canceled, with the cause, when an instance exits early.
// Release it before the instances stop.
func guard(ctx context.Context, instances []*Instance) (guarded context.Context, release func()) {
	guarded, cancel := context.WithCancelCause(ctx)
	for _, e := range instances {
		e.guard = func(e *Instance) { go watch(guarded, cancel, e.Name, e.Running) }
		e.guard(e)
	}
	return guarded, func() { cancel(nil) }
}

// watch cancels a context when a target exits early. A target that was stopped did not.
func watch(ctx context.Context, cancel context.CancelCauseFunc, name string, running *target.Running) {
	select {
	case <-ctx.Done():
	case <-running.Done():
		if err := running.Err(); err != nil {
			cancel(&DeathError{Target: name, Err: err})
		}
	}
}

// A DeathError reports a target that exited while it was measured.
type DeathError struct {
	Target string
	Err    error // the way in which it ended, with its last output
}

func (e *DeathError) Error() string {
	return fmt.Sprintf("target %s ended while it was being measured: %v", e.Target, e.Err)
}

func (e *DeathError) Unwrap() error { return e.Err }

// A Candidate is a target that can be started repeatedly: for each trial, Fresh
// returns it ready to start, with its data as the scenario demands.
type Candidate struct {
	result.Target
	Fresh func(ctx context.Context) (target.Target, error)

	Database func() *database.Copy // of the last Fresh; nil if its data are not in a database server
}
