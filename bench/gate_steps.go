package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// settle warms both sides up. In the first session it compares their answers, while the data
// of both are still the same, and chooses the length of a block, and so the number of quads
// in the budget.
func (g *gateRun) settle(ctx context.Context, c *session) error {
	if len(g.gate.Sessions) > 0 {
		return c.warmAll(ctx)
	}
	if err := g.compare(ctx, c); err != nil {
		return err
	}
	left := g.rules.Budget - time.Since(g.began)
	err := c.settle(ctx, left/sessionsAtLeast, left)
	slices.SortFunc(c.turns, func(a, b turn) int { return cmp.Compare(b.length, a.length) })
	g.users, g.turns = c.users, slices.Repeat(c.turns[:min(1, len(c.turns))], 2) // equal turns, since base and head are alike
	c.turns = g.turns
	g.gate.Users = c.users
	return err
}

// sessionsAtLeast is the number of sessions of two quads for which a turn is short enough.
const sessionsAtLeast = 4

// compare checks that both sides do the same work. Another status is an error. Another page
// is a note, since a change may change a page.
func (g *gateRun) compare(ctx context.Context, c *session) error {
	learned, warnings, err := g.plan.learn(ctx, g.requests, c.instances)
	for _, w := range warnings {
		g.gate.Notes = append(g.gate.Notes, w.Text)
	}
	if err != nil {
		return err
	}
	g.requests, c.requests = learned, learned
	found, err := compareAnswers(ctx, c.instances, g.requests, g.plan.Scenario.Mix, g.rules.Budget)
	if err != nil {
		return err
	}
	for _, w := range found.Warnings(c.instances[0].Name) {
		g.gate.Notes = append(g.gate.Notes, w.Text)
	}
	return answersError(found, c.instances)
}

// After each quad of the whole mix, some routes get a short quad of their own, which takes a
// third of the time. A route that takes several times as long as the whole mix is then left
// out.
const (
	routesPerQuad = 2
	mostSlice     = 250 * time.Millisecond
	tooSlow       = 3
)

// routes measures the routes that are due, each by itself. In a closed loop of the whole mix
// all routes wait for each other, and a loss in one would show in all of them.
func (g *gateRun) routes(ctx context.Context, c *session, s *result.Session, quad time.Duration) error {
	mix := g.plan.Scenario.Mix
	if len(mix) < 2 {
		return nil
	}
	var short []turn
	for _, t := range g.turns {
		short = append(short, turn{min(t.warmUp, mostSlice), min(t.length, mostSlice)})
	}
	for range routesPerQuad {
		i := g.next % len(mix)
		g.next++
		if g.slow[i] {
			continue
		}
		began := time.Now()
		q, err := c.quad(ctx, 1, quadPlan{requests: g.requests.Only(i), turns: short, times: 1, partial: true})
		if err != nil {
			return err
		}
		r := result.RouteOf(&s.Routes, mix[i].Name)
		keep(q, &r.Quads, &r.Excluded)
		if took := time.Since(began); took > tooSlow*quad && baseIsSlow(q) {
			g.leaveOut(i, took)
		}
	}
	return nil
}

// baseIsSlow reports whether the base took a large part of the time of a quad. If only the
// head is slow, that is a loss that the gate has to find.
func baseIsSlow(q result.Quad) bool {
	took := func(i int) float64 { return q.Blocks[i].Seconds + q.Blocks[i].Drain }
	return took(0)+took(3) > (took(1)+took(2))/2
}

// leaveOut stops measuring a route.
func (g *gateRun) leaveOut(route int, took time.Duration) {
	g.slow[route] = true
	g.gate.Notes = append(g.gate.Notes, fmt.Sprintf("The route %q was measured only once, since that took %s.", g.plan.Scenario.Mix[route].Name, unit.Seconds(took.Seconds())))
}

// keep keeps a quad. A quad in which a side completed nothing has no value, but its errors
// count.
func keep(q result.Quad, quads, excluded *[]result.Quad) {
	if math.IsNaN(q.Value()) {
		quads = excluded
	}
	*quads = append(*quads, q)
}

// over reports whether the gate has decided, or another quad as long as the last one would
// exceed the budget.
func (g *gateRun) over(c *session) bool {
	if g.gate.Quads == 0 {
		g.gate.Quads = g.quadsPerLook(c.wholeMix())
	}
	last := time.Since(g.began)+g.step > g.rules.Budget
	if n := g.gate.Count(); !last && (n == 0 || n%g.gate.Quads != 0) {
		return false
	}
	g.gate.Spent = last
	return g.gate.Decide(g.rule).Stop || last
}

// quadsPerLook divides the quads of the budget among the looks. It runs after the first quad,
// which may have been delayed, and so counts as at most twice its expected time.
func (g *gateRun) quadsPerLook(o quadPlan) int {
	expected := 2 * time.Duration(o.times+routesPerQuad) * (o.turns[0].warmUp + o.turns[0].length + o.turns[1].warmUp + o.turns[1].length)
	step := min(g.step, 2*expected)
	left := g.rules.Budget - time.Since(g.began) + g.step
	session := sessionQuads * step
	fits := left.Seconds() / step.Seconds() * session.Seconds() / (session + g.restart).Seconds()
	return max(result.LeastLook, int(fits)/g.rules.Looks)
}
