package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// settle warms both sides up. In the first session it compares their answers,
// while the data of both are still the same, and finds the length of a block, and
// so how many quads the budget has room for.
func (g *gating) settle(ctx context.Context, c *contest) error {
	if len(g.gate.Sessions) > 0 {
		return c.warmAll(ctx)
	}
	if err := g.compare(ctx, c); err != nil {
		return err
	}
	left := g.rules.Budget - time.Since(g.began)
	err := c.settle(ctx, left/sessionsAtLeast, left)
	slices.SortFunc(c.turns, func(a, b turn) int { return cmp.Compare(b.length, a.length) })
	g.users, g.turns = c.users, slices.Repeat(c.turns[:min(1, len(c.turns))], 2) // alike, as base and head are
	c.turns = g.turns
	g.gate.Users = c.users
	return err
}

// sessionsAtLeast is how many sessions of two quads the length of a turn makes room for.
const sessionsAtLeast = 4

// compare looks whether both sides do the same work. Another status is an error;
// another page is noted: a change may well change a page.
func (g *gating) compare(ctx context.Context, c *contest) error {
	base, head := c.entrants[0].name, c.entrants[1].name
	found, err := inquire(ctx, c.entrants, g.requests, g.plan.Scenario.Mix, g.rules.Budget)
	if err != nil {
		return err
	}
	for _, w := range found.warnings(base) {
		g.gate.Notes = append(g.gate.Notes, w.Text)
	}
	return found.refused(base, []string{head})
}

// After each quad of the whole mix, so many routes get a short quad of their own:
// a third of the time. A route that takes longer than the whole mix so many times
// over is left out from then on.
const (
	routesPerQuad = 2
	mostSlice     = 250 * time.Millisecond
	tooSlow       = 3
)

// routes measures the routes whose turn it is, each by itself: in a closed loop
// of the whole mix all wait for each other, and a loss in one route would be seen
// in all of them.
func (g *gating) routes(ctx context.Context, c *contest, s *Session, quad time.Duration) error {
	mix := g.plan.Scenario.Mix
	if len(mix) < 2 {
		return nil
	}
	var short []turn
	for _, t := range g.turns {
		short = append(short, turn{min(t.lead, mostSlice), min(t.length, mostSlice)})
	}
	for range routesPerQuad {
		i := g.next % len(mix)
		g.next++
		if g.slow[i] {
			continue
		}
		began := time.Now()
		q, err := c.quad(ctx, 1, course{requests: g.requests.Only(i), turns: short, times: 1, partial: true})
		if err != nil {
			return err
		}
		r := routeOf(&s.Routes, mix[i].Name)
		keep(q, &r.Quads, &r.Void)
		if took := time.Since(began); took > tooSlow*quad && baseIsSlow(q) {
			g.leaveOut(i, took)
		}
	}
	return nil
}

// baseIsSlow reports whether the base took a good part of the time of a quad. If it
// is the head alone, then that is what the gate is there to find.
func baseIsSlow(q Quad) bool {
	took := func(i int) float64 { return q.Blocks[i].Seconds + q.Blocks[i].Drain }
	return took(0)+took(3) > (took(1)+took(2))/2
}

// leaveOut has a route not measured any more.
func (g *gating) leaveOut(route int, took time.Duration) {
	g.slow[route] = true
	g.gate.Notes = append(g.gate.Notes, fmt.Sprintf("The route %q was measured once and no more, since that took %v.", g.plan.Scenario.Mix[route].Name, took.Round(time.Millisecond)))
}

// keep keeps a quad. One in which a side completed nothing has no value, but its
// errors count.
func keep(q Quad, quads, void *[]Quad) {
	if math.IsNaN(q.D) {
		q.D, quads = 0, void
	}
	*quads = append(*quads, q)
}

// over reports whether the gate has decided, or its budget has no room for one
// more quad that takes as long as the last.
func (g *gating) over(c *contest) bool {
	if g.gate.Quads == 0 {
		g.gate.Quads = g.quadsPerLook(c.course())
	}
	last := time.Since(g.began)+g.step > g.rules.Budget
	if n := g.gate.Count(); !last && (n == 0 || n%g.gate.Quads != 0) {
		return false
	}
	g.gate.Spent = last
	return g.gate.decide(g.rule).Stop || last
}

// quadsPerLook shares out the quads that the budget has room for. It is asked
// after the first, which may have been held up: that counts twice what was to be
// expected at most.
func (g *gating) quadsPerLook(o course) int {
	expected := 2 * time.Duration(o.times+routesPerQuad) * (o.turns[0].lead + o.turns[0].length + o.turns[1].lead + o.turns[1].length)
	step := min(g.step, 2*expected)
	left := g.rules.Budget - time.Since(g.began) + g.step
	session := sessionQuads * step
	fits := left.Seconds() / step.Seconds() * session.Seconds() / (session + g.restart).Seconds()
	return max(leastLook, int(fits)/g.rules.Looks)
}

// leastLook is how many quads there have to be between two looks.
const leastLook = 3

// Count is how many quads of the whole mix there are.
func (g *Gate) Count() (n int) {
	for _, s := range g.Sessions {
		n += len(s.Quads)
	}
	return n
}
