package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/database"
)

// A databaseTotal is what a target did to its database, over some of its starts.
type databaseTotal struct {
	counts   database.Counts
	requests uint64        // that counts belong to
	cpu      time.Duration // of the server, in turns of the target
	driven   uint64        // requests of those turns
}

// databaseCPU returns the CPU time of the database server's process tree so far. It is
// false if there is none, or if its processes are not known.
func (p *Plan) databaseCPU() (time.Duration, bool) {
	if p.Database == nil || len(p.Database.Roots()) == 0 {
		return 0, false
	}
	u, err := usage.Read(p.Database.Roots()...)
	return u.CPU, err == nil
}

// addCounts adds what an instance did since its start. Its connections are ended, so it is
// the last use of the instance. Schemas of one database have no counters of their own: they
// count only if the instance runs alone.
func (t *databaseTotal) addCounts(ctx context.Context, e *instance.Instance) error {
	requests := e.Client.Sent()
	n, err := e.Counts(ctx)
	if err != nil {
		return fmt.Errorf("read the counters of the database of %s: %w", e.Name, err)
	}
	t.counts.Connections += n.Connections
	t.counts.Transactions += n.Transactions
	t.counts.Rows += n.Rows
	t.counts.Blocks += n.Blocks
	t.counts.Refused += n.Refused
	t.requests += requests
	return nil
}

// phase returns the figures per request.
func (t *databaseTotal) phase() *result.DatabasePhase {
	per := func(n int64) result.Float { return ratio(float64(n), t.requests) }
	return &result.DatabasePhase{
		DatabasePerHit: result.DatabasePerHit{
			Connections: per(t.counts.Connections), Transactions: per(t.counts.Transactions), Rows: per(t.counts.Rows), Blocks: per(t.counts.Blocks),
			CPUSeconds: ratio(t.cpu.Seconds(), t.driven),
		},
		Requests: t.requests, Refused: t.counts.Refused,
	}
}

func ratio(sum float64, n uint64) result.Float {
	if n == 0 {
		return result.Float(math.NaN())
	}
	return result.Float(sum / float64(n))
}

// countSession adds what the instances of a session did.
func (c *capacity) countSession(ctx context.Context, instances []*instance.Instance) error {
	if c.plan.Database == nil || !c.plan.Database.Separate() {
		return nil
	}
	for _, e := range instances {
		if e.Database == nil {
			continue
		}
		if err := c.totals[e.Name].database.addCounts(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// setDatabase sets a phase of a target in a result, with a warning if connections were
// refused.
func setDatabase(r *result.Result, name string, capacity, replay *result.DatabasePhase) {
	if r.Database == nil {
		r.Database = result.Databases{}
	}
	use := r.Database[name]
	use.Set(capacity, replay)
	r.Database[name] = use
	for _, text := range []string{capacity.Refusals("capacity measurement"), replay.Refusals("replay"), capacity.Unused("capacity measurement"), replay.Unused("replay")} {
		w := result.Warning{About: result.AboutDatabase + "." + name, Text: text}
		if text != "" && !slices.Contains(r.Warnings, w) {
			r.Warnings = append(r.Warnings, w)
		}
	}
}

// addDatabase adds the figures of all targets to the result of the capacity measurement.
func (c *capacity) addDatabase(r *result.Result) {
	for name, t := range c.totals {
		if t.database.requests > 0 {
			setDatabase(r, name, t.database.phase(), nil)
		}
	}
}

// watchDatabase reads the database server's process tree until ctx ends.
func (p *Plan) watchDatabase(ctx context.Context, seen *readings) (wait func() error) {
	if _, known := p.databaseCPU(); !known {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- usage.Watch(ctx, samplePause, p.Database.Roots, seen.add) }()
	return func() error {
		if err := <-done; err != nil && !errors.Is(err, usage.ErrUnsupported) {
			return fmt.Errorf("watch the processes of the database server: %w", err)
		}
		return nil
	}
}

// replayPhase returns what the replay of an instance did to its database; nil if it has
// none.
func (p *Plan) replayPhase(ctx context.Context, e *instance.Instance, seen *readings, hits uint64) (*result.DatabasePhase, error) {
	if e.Database == nil {
		return nil, nil
	}
	var t databaseTotal
	if err := t.addCounts(ctx, e); err != nil {
		return nil, err
	}
	if len(seen.all) > 0 {
		load := seen.load(0, seen.last())
		t.cpu, t.driven = time.Duration(load.CPU*float64(time.Second)), hits
		out := t.phase()
		out.Load, out.Samples = load, seen.samples()
		return out, nil
	}
	return t.phase(), nil
}
