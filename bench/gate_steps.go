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
		g.slice = sliceLength(c.slowest)
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

// The length of a route's block: so long that the slow side completes a number
// of requests that tells, and no routes where that takes too long.
const (
	leastSlice = 40 * time.Millisecond
	mostSlice  = 250 * time.Millisecond
	enoughHits = 100
	sliceLead  = 10 * time.Millisecond
)

func sliceLength(slowest float64) time.Duration {
	d := max(leastSlice, time.Duration(enoughHits/slowest*float64(time.Second)))
	if d > mostSlice {
		return 0
	}
	return d
}

// routesPerQuad is how many routes get a quad of their own after each quad of
// the whole mix: with 40 ms blocks, a quarter of the time.
const routesPerQuad = 3

// routes measures the routes whose turn it is, each in a short quad of its own:
// in a closed loop of the whole mix all wait for each other, and a loss in one
// route would be seen in all of them.
func (g *gating) routes(ctx context.Context, c *contest, s *Session) error {
	mix := g.plan.Scenario.Mix
	if g.slice == 0 || len(mix) < 2 {
		return nil
	}
	for range min(routesPerQuad, len(mix)) {
		i := g.turn % len(mix)
		g.turn++
		q, err := c.quadOf(ctx, c.entrants[1], course{requests: g.requests.Only(i), lead: sliceLead, length: g.slice, partial: true})
		if err != nil {
			return err
		}
		s.keepRoute(mix[i].Name, q)
	}
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
// more quad that takes as long as the last. The first quad tells how many there
// will be, and so when to look.
func (g *gating) over(quad time.Duration) bool {
	if g.gate.Quads == 0 {
		left := g.rules.Budget - time.Since(g.began) + quad
		g.gate.Quads = max(leastLook, int(left/(quad+restart/sessionQuads))/g.rules.Looks)
	}
	last := time.Since(g.began)+quad > g.rules.Budget
	if n := g.gate.count(); !last && (n == 0 || n%g.gate.Quads != 0) {
		return false
	}
	g.gate.Spent = last
	return g.gate.decide().Stop || last
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
