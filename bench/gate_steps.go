package bench

import (
	"context"
	"math"
	"slices"
	"time"
)

// settle warms both sides up. In the first session it finds the length of a
// block, and so how many quads the budget has room for.
func (g *gating) settle(ctx context.Context, c *contest) error {
	if len(g.gate.Sessions) == 0 {
		// While the data of both sides are still the same.
		if err := g.compare(ctx, c); err != nil {
			return err
		}
		if err := c.settle(ctx); err != nil {
			return err
		}
		g.length = c.length
		return nil
	}
	for _, e := range c.entrants {
		if _, err := c.saturate(ctx, e, c.course(warmth)); err != nil {
			return err
		}
	}
	return nil
}

// compare looks whether both sides do the same work.
func (g *gating) compare(ctx context.Context, c *contest) error {
	note, err := differ(ctx, c.entrants[0], c.entrants[1], g.requests)
	if note != "" {
		g.gate.Notes = append(g.gate.Notes, note)
	}
	return err
}

// mostSlice is how long the block of a single route may be; where blocks have to
// be longer, the budget has no room for routes.
const mostSlice = 250 * time.Millisecond

// routeEvery is after how many quads of the whole mix a route has its turn: the
// routes together get a third of the time.
const routeEvery = 2

// route measures the route whose turn it is, in a quad of its own: in a closed
// loop of the whole mix all wait for each other, and a loss in one route would be
// seen in all of them.
func (g *gating) route(ctx context.Context, c *contest, s *Session) error {
	mix := g.plan.Scenario.Mix
	if g.length > mostSlice || len(mix) < 2 {
		return nil
	}
	i := g.turn % len(mix)
	g.turn++
	q, err := c.quadOf(ctx, c.entrants[1], course{requests: g.requests.Only(i), lead: lead(g.length), length: g.length, partial: true})
	if err != nil {
		return err
	}
	s.keepRoute(mix[i].Name, q)
	return nil
}

// keep keeps a quad. One in a block of which nothing was completed has no value,
// but its errors count.
func (s *Session) keep(q Quad) {
	if math.IsNaN(q.D) {
		q.D = 0
		s.Void = append(s.Void, q)
		return
	}
	s.Quads = append(s.Quads, q)
}

// keepRoute keeps a quad of a route.
func (s *Session) keepRoute(route string, q Quad) {
	i := slices.IndexFunc(s.Routes, func(r RouteQuads) bool { return r.Route == route })
	if i < 0 {
		i = len(s.Routes)
		s.Routes = append(s.Routes, RouteQuads{Route: route})
	}
	r := &s.Routes[i]
	if math.IsNaN(q.D) {
		q.D = 0
		r.Void = append(r.Void, q)
		return
	}
	r.Quads = append(r.Quads, q)
}

// over reports whether the gate has decided, or its budget has no room for one
// more quad; each takes so long, with its share of the routes.
func (g *gating) over(quad time.Duration) bool {
	n := g.gate.count()
	if g.gate.Quads == 0 && n >= routeEvery {
		g.gate.Quads = g.quadsPerLook(quad)
	}
	last := time.Since(g.began)+quad > g.rules.Budget
	if !last && (g.gate.Quads == 0 || n%g.gate.Quads != 0) {
		return false
	}
	g.gate.Spent = last
	return g.gate.decide(g.rule).Stop || last
}

// quadsPerLook shares out the quads that the budget has room for. It is asked
// when the first are measured.
func (g *gating) quadsPerLook(quad time.Duration) int {
	left := g.rules.Budget - time.Since(g.began) + routeEvery*quad
	session := max(sessionLength, sessionQuads*quad)
	fits := left.Seconds() / quad.Seconds() * session.Seconds() / (session + restart).Seconds()
	return max(leastLook, int(fits)/g.rules.Looks)
}

// leastLook is how many quads there have to be between two looks.
const leastLook = 3

// restart is about what a new session takes: two starts and the warming up.
const restart = 2 * time.Second

// count is how many quads of the whole mix there are.
func (g *Gate) count() (n int) {
	for _, s := range g.Sessions {
		n += len(s.Quads)
	}
	return n
}
