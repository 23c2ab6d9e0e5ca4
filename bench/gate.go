package bench

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/scenarios"
)

// Rules are the conditions under which a gate lets a change pass.
type Rules struct {
	MaxLoss float64       // the largest loss of throughput that passes; 0 means 0.05
	Alpha   float64       // rate of false alarms, and of false passes; 0 means 0.05
	Looks   int           // number of interim looks at the data; 0 means 5
	Budget  time.Duration // 0 means 2 min
}

func (r Rules) filled() Rules {
	return Rules{cmp.Or(r.MaxLoss, 0.05), cmp.Or(r.Alpha, 0.05), cmp.Or(r.Looks, 5), cmp.Or(r.Budget, 2*time.Minute)}
}

// sessionQuads is the number of quads before both sides are started again, which draws a new
// sample of what varies between starts: address space, port, order. It is small, so that a
// budget of a minute has enough sessions to measure how much they differ.
const sessionQuads = 4

// A gateRun is the run of a gate.
type gateRun struct {
	plan     *Plan
	rules    Rules
	requests *load.Requests
	clock    *clock
	began    time.Time
	gate     *result.Gate
	rule     stats.Gate
	users    int           // at once
	turns    []turn        // found in the first session
	restart  time.Duration // approximate time of a session before its first quad
	step     time.Duration // time of a quad with its routes
	next     int           // index of the next route
	slow     map[int]bool  // routes that take too long to be measured
	span     span          // other load on the machine during the measurement
	strays   strays
	totals   map[string]*total // of all sessions
}

// Gate measures a baseline and a candidate, the two candidates of the plan, in sessions of
// interleaved quads, until the rules can decide whether the candidate has lost throughput or
// the budget is spent. Like Run, it returns a partial result with an error.
func (p *Plan) Gate(ctx context.Context, rules Rules) (*result.Result, error) {
	if len(p.Candidates) != 2 {
		return nil, fmt.Errorf("gate: %d targets, want a baseline and a candidate", len(p.Candidates))
	}
	rules = rules.filled()
	began, throttled := time.Now(), Throttling(scenarios.PIDs(p.Scenario.Targets)...)
	r := p.newResult(began)
	r.Gate = &result.Gate{Faults: result.Faults{}, Users: p.Settings.Capacity.Users, Alpha: rules.Alpha, MaxLoss: rules.MaxLoss, Looks: rules.Looks, Budget: rules.Budget.Seconds()}
	rule, err := r.Gate.Rule()
	if err != nil {
		return r, fmt.Errorf("gate: %w", err)
	}
	requests, err := load.NewRequests(p.Scenario.Mix, p.Scenario.Draw, p.Pools, p.Seed)
	if err != nil {
		return r, fmt.Errorf("draw requests for %s: %w", p.Scenario.Name, err)
	}
	g := &gateRun{plan: p, rules: rules, requests: requests, clock: &clock{began: began, watch: p.Watch}, began: began, slow: map[int]bool{}, strays: strays{}, totals: newTotals(p.Candidates), gate: r.Gate, rule: rule}
	err = g.run(ctx)
	r.Warnings = append(r.Warnings, g.span.noise("gate", p.Environment.Cores)...)
	r.Warnings = append(r.Warnings, g.strays.warnings("gate")...)
	for _, w := range causes(p.Candidates, g.totals, r.Gate.AllQuads(), g.users, p.Environment.TargetCores()) {
		r.Warnings = append(r.Warnings, result.Warning{About: "gate", Text: w.Text})
	}
	if len(p.Environment.TargetCPUs) == 0 {
		r.Warnings = append(r.Warnings, result.Warning{About: "gate", Text: "the load generator and the servers shared the same cores: if the generator takes half of them, only half of a loss is visible"})
	}
	throttled(&r.Environment)
	r.Warnings = append(r.Warnings, r.Environment.Quota.Warnings()...)
	r.Seconds = time.Since(began).Seconds()
	if err != nil {
		r.Partial = reason(ctx, err)
	}
	result.JudgeGate(r)
	r.Warnings = append(r.Warnings, r.Gate.Warnings()...)
	return r, err
}

// run measures sessions until there is a decision.
func (g *gateRun) run(ctx context.Context) error {
	for n := 0; ; n++ {
		decided, err := g.session(ctx, n)
		if err != nil || decided {
			return err
		}
		if time.Since(g.began)+g.restart+g.step > g.rules.Budget {
			g.gate.Spent = true
			return nil
		}
	}
}

// session starts both sides, in an order that alternates, and measures quads.
func (g *gateRun) session(ctx context.Context, n int) (decided bool, err error) {
	began := time.Now()
	err = g.plan.startAll(ctx, n%2 == 1, func(ctx context.Context, instances []*instance.Instance) (err error) {
		g.restart = time.Since(began) + 2*warmth
		defer g.strays.find(g.plan.Environment.TargetCPUs, instances...)
		c := newSession(g.plan, g.requests, instances, g.totals)
		c.users, c.turns, c.faults = g.users, g.turns, g.gate.Faults
		c.report = func() { g.clock.report("gate", g.gate.SoFar(g.rule), g.rules.Budget-time.Since(g.began), c.live()) }
		decided, err = g.quads(ctx, c)
		return err
	})
	return decided, err
}

// quads measures the quads of a session, each followed by quads of some routes, and takes an
// interim look when one is due.
func (g *gateRun) quads(ctx context.Context, c *session) (decided bool, err error) {
	if err := g.settle(ctx, c); err != nil {
		return false, err
	}
	g.gate.Sessions = append(g.gate.Sessions, result.Session{At: time.Since(g.began).Seconds()})
	s := &g.gate.Sessions[len(g.gate.Sessions)-1]
	before := c.read()
	defer func() { g.span.add(before, c.read()) }()
	for range sessionQuads {
		began := time.Now()
		q, err := c.quad(ctx, 1, c.wholeMix())
		if err != nil {
			return false, err
		}
		keep(q, &s.Quads, &s.Excluded)
		if err := g.routes(ctx, c, s, time.Since(began)); err != nil {
			return false, err
		}
		g.step = time.Since(began)
		if g.over(c) {
			return true, nil
		}
	}
	return false, nil
}
