package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
)

// An entrant is a contender that is up, with warm connections.
type entrant struct {
	name    string
	target  target.Target
	running *target.Running
	client  *load.Client
	next    uint64 // the request that it gets next: each entrant works through the same list
}

// enter starts a contender on fresh data.
func enter(ctx context.Context, c Contender, o load.Options) (*entrant, error) {
	t, err := c.Fresh(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", c.Name, err)
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
	return &entrant{name: c.Name, target: t, running: running, client: client}, nil
}

// used is what the entrant's tree used so far, and what it is now. It is nothing where
// the system does not tell.
func (e *entrant) used() (usage.Usage, error) {
	u, err := usage.Read(e.running.Roots()...)
	if err == nil || errors.Is(err, usage.ErrUnsupported) {
		return u, nil
	}
	if death := e.death(); death != nil { // the reason why there is nothing to read
		return u, death
	}
	return u, fmt.Errorf("read the CPU time of %s: %w", e.name, err)
}

// cpu is the CPU time that the entrant's tree used so far.
func (e *entrant) cpu() (time.Duration, error) {
	u, err := e.used()
	return u.CPU, err
}

// deathNotice is how long the end of a target may take to be known, from when it
// stopped to answer.
const deathNotice = 3 * time.Second

// death is how the entrant ended, if it did.
func (e *entrant) death() error {
	select {
	case <-e.running.Done():
		return &DeathError{Target: e.name, Err: e.running.Err()}
	case <-time.After(deathNotice):
		return nil
	}
}

// silence is the reason why an entrant completed nothing in a block.
func (e *entrant) silence(b load.Block) error {
	if death := e.death(); death != nil {
		return death
	}
	return &SilentError{Target: e.name, Length: b.Whole.Round(time.Millisecond), Faults: faults(b.Faults)}
}

// watched reports whether the entrant's processes are known: those of something
// that somebody else runs may not be.
func (e *entrant) watched() bool { return len(e.running.Roots()) > 0 }

// leave stops the entrant.
func (e *entrant) leave() error {
	e.client.Close()
	return e.running.Stop()
}

// enterAll starts all contenders, in their order or the other way round, and returns
// them in their order; when one does not start, none is left.
func enterAll(ctx context.Context, all []Contender, backwards bool, o load.Options) ([]*entrant, error) {
	entrants := make([]*entrant, len(all))
	for n := range all {
		i := n
		if backwards {
			i = len(all) - 1 - n
		}
		var err error
		if entrants[i], err = enter(ctx, all[i], o); err != nil {
			return nil, errors.Join(err, leaveAll(entrants))
		}
	}
	return entrants, nil
}

func leaveAll(entrants []*entrant) error {
	var errs []error
	for _, e := range entrants {
		if e != nil {
			errs = append(errs, e.leave())
		}
	}
	return errors.Join(errs...)
}

// guard returns a context that ends, with the reason as its cause, when one of
// the entrants ends before its time. Stop it before the entrants leave.
func guard(ctx context.Context, entrants ...*entrant) (guarded context.Context, stop func()) {
	guarded, cancel := context.WithCancelCause(ctx)
	for _, e := range entrants {
		go func() {
			select {
			case <-guarded.Done():
			case <-e.running.Done():
				cancel(&DeathError{Target: e.name, Err: e.running.Err()})
			}
		}()
	}
	return guarded, func() { cancel(nil) }
}

// A DeathError says that a target ended while it was being measured.
type DeathError struct {
	Target string
	Err    error // how it ended, with the last it said
}

func (e *DeathError) Error() string {
	return fmt.Sprintf("target %s ended while it was being measured: %v", e.Target, e.Err)
}

func (e *DeathError) Unwrap() error { return e.Err }

// warmth is how long each entrant is kept busy before anything counts, so that
// connections, page cache and statement caches are as warm as in a day's work.
const warmth = 500 * time.Millisecond
