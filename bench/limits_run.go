package bench

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	search "github.com/classibench/classibench/bench/capacity"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// Times of a search for limits.
const (
	DefaultLimits = 2 * time.Minute // budget for all targets
	edgeTrials    = 12              // near the edge, for which a target's share of the budget has room
	shortestEdge  = 2 * time.Second
	longestEdge   = 8 * time.Second
	leastHeld     = 4 // objectives in the shortest trial
	firstShare    = 4 // the first rate is this part of the throughput in a closed loop
	pilotLength   = time.Second
)

// RunLimits finds the highest sustained arrival rate of each candidate, in the time of
// Settings.Limits. If it fails or ctx is canceled, it returns what it found, with the error.
func (p *Plan) RunLimits(ctx context.Context) (*result.Result, error) {
	return p.run(ctx, func(ctx context.Context, r *result.Result) error {
		requests, err := load.NewRequests(p.Scenario.Mix, p.Scenario.Draw, p.Pools, p.Seed)
		if err != nil {
			return fmt.Errorf("draw requests for %s: %w", p.Scenario.Name, err)
		}
		clock := &clock{began: time.Now(), watch: p.Watch}
		if requests, err = p.examine(ctx, clock, requests, r); err != nil {
			return err
		}
		return p.limits(ctx, clock, requests, r)
	})
}

// A limitRun is a search for the limits of all targets, which are up and take turns.
type limitRun struct {
	plan      *Plan
	clock     *clock
	requests  *load.Requests
	instances []*instance.Instance
	searches  []*search.Search
	usual     []quiet
	trials    map[string][]result.LimitTrial
	began     time.Time
	end       time.Time
	number    int64         // of trials, which seeds the arrivals
	restarts  time.Duration // time of all restarts so far
	ended     time.Duration // CPU time of instances that were restarted
	patience  time.Duration // for processes that a trial leaves
	left      map[string]int
}

// limits searches for the limits of all candidates, and adds them to the result.
func (p *Plan) limits(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result) error {
	clock.before = nil
	run := &limitRun{plan: p, clock: clock, requests: requests, trials: map[string][]result.LimitTrial{}, patience: leftoverPatience, left: map[string]int{}}
	o := load.Options{Timeout: p.limitTimeout()}
	err := instance.Run(ctx, p.Candidates, false, o, func(ctx context.Context, instances []*instance.Instance) error {
		run.instances = instances
		before := run.read()
		defer func() {
			r.Warnings = append(r.Warnings, noise("limits", before, run.read(), p.Environment.Cores)...)
		}()
		return run.search(ctx)
	})
	r.Limits = run.result(r.Targets)
	r.Warnings = append(r.Warnings, run.warnings(r.Limits)...)
	return err
}

// limitTimeout returns the timeout of an answer. It bounds the wait after an overload.
func (p *Plan) limitTimeout() time.Duration {
	return max(2*time.Second, 4*p.Scenario.Objective.P95)
}

func (l *limitRun) read() reading {
	r := newSession(l.plan, l.requests, l.instances, nil).read()
	r.tree.CPU += l.ended
	return r
}

// search runs trials until all limits are known or the budget is spent.
func (l *limitRun) search(ctx context.Context) error {
	l.began = time.Now()
	l.end = l.began.Add(l.plan.Settings.Limits)
	for i := range l.instances {
		if err := l.prepare(ctx, i); err != nil {
			return err
		}
	}
	l.end = time.Now().Add(l.plan.Settings.Limits)
	for {
		open := 0
		for i := range l.instances {
			tried, err := l.step(ctx, i)
			if err != nil {
				return err
			}
			if tried {
				open++
			}
		}
		if open == 0 {
			return nil
		}
	}
}

// prepare warms an instance up, and chooses its first rate.
func (l *limitRun) prepare(ctx context.Context, i int) error {
	l.clock.report("limits", "warming up "+l.instances[i].Name, time.Until(l.end), nil)
	e := l.instances[i]
	if _, err := e.Warm(ctx, l.requests); err != nil {
		return err
	}
	b, err := e.Client.Saturate(ctx, l.requests, e.Next, l.plan.Scenario.Capacity.Users, 0, pilotLength)
	e.Next += b.Sent
	switch {
	case err != nil:
		return fmt.Errorf("keep %s busy: %w", e.Name, err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case b.Hits == 0:
		return silence(e, b)
	}
	o := l.plan.Scenario.Objective
	l.searches = append(l.searches, &search.Search{Objective: search.Objective{P95: o.P95.Seconds(), Errors: o.Errors}, First: rate(b) / firstShare})
	l.usual = append(l.usual, quiet{})
	l.usual[i], err = l.rest(ctx, e)
	return err
}

// step offers the next rate to an instance. It reports false if its search is done, or if
// there is no time for a trial.
func (l *limitRun) step(ctx context.Context, i int) (tried bool, err error) {
	rate, edge, done := l.searches[i].Next()
	length := l.length(edge)
	if done || time.Now().Add(length).After(l.end) {
		return false, nil
	}
	if err := l.restart(ctx, i); err != nil {
		return false, err
	}
	if err := l.drain(ctx, i); err != nil {
		return false, err
	}
	l.clock.limits = max(0, time.Until(l.end)-length-overhead)
	return true, l.trial(ctx, i, rate, length)
}

// restart starts an instance again with fresh data: a trial must not find what the traffic of
// earlier ones has changed. The budget is for trials, so it is extended by the time of
// restarts, but at most doubled.
func (l *limitRun) restart(ctx context.Context, i int) error {
	e, began := l.instances[i], time.Now()
	l.clock.report("limits", "starting "+e.Name+" with fresh data", time.Until(l.end), nil)
	roots := e.Running.Roots()
	used, err := e.Used()
	if err != nil {
		return err
	}
	if err := e.Restart(ctx); err != nil {
		return err
	}
	if !slices.Equal(roots, e.Running.Roots()) { // another process tree, which begins at 0
		l.ended += used.CPU
	}
	if !e.PerRequest() {
		if _, err := e.Warm(ctx, l.requests); err != nil {
			return err
		}
	}
	took := time.Since(began)
	if l.restarts += took; l.restarts <= l.plan.Settings.Limits {
		l.end = l.end.Add(took)
	}
	return nil
}

// length returns the length of a trial.
func (l *limitRun) length(edge bool) time.Duration {
	held := leastHeld * l.plan.Scenario.Objective.P95
	long := max(held, min(max(l.plan.Settings.Limits/time.Duration(edgeTrials*len(l.instances)), shortestEdge), longestEdge))
	if edge {
		return long
	}
	return max(held, long/2)
}

// result returns the limits that are known.
func (l *limitRun) result(targets []result.Target) result.Limits {
	if len(l.trials) == 0 {
		return nil
	}
	peak := l.plan.peak()
	all := result.Limits{}
	for i, s := range l.searches {
		f := s.Limit()
		x := result.Limit{Low: known(f.Low), High: known(f.High), RPS: known(f.Middle), Generator: known(f.Generator), Confidence: search.Confidence, PeakToMean: peak.ToMean, PeakFrom: peak.From, Trials: l.trials[l.instances[i].Name]}
		if x.Bounded() && !x.RPS.Known() {
			x.RPS = result.Float(math.Sqrt(f.Low * f.High))
		}
		x.HitsPerDay = x.Low * 86400 / result.Float(peak.ToMean)
		all[l.instances[i].Name] = x
	}
	all.AddGains(targets)
	return all
}

// peak returns the peak of a day: that of the plan, else of the scenario's stages.
func (p *Plan) peak() result.Peak {
	switch r := p.Scenario.Replay; {
	case p.Peak.ToMean > 0:
		return p.Peak
	case len(r.Stages) == 0 || p.Peak.From == result.PeakOfDefault:
		return result.Peak{ToMean: r.PeakToMean(), From: result.PeakOfDefault}
	default:
		return result.Peak{ToMean: r.PeakToMean(), From: result.PeakOfScenario}
	}
}

// known converts a number of which 0 means unknown.
func known(x float64) result.Float {
	if x == 0 {
		return result.Float(math.NaN())
	}
	return result.Float(x)
}
