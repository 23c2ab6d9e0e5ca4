package parity

import (
	"context"
	"errors"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

const (
	soakLevel    = 0.99
	soakPoints   = 40       // or up to twice as many
	soakStep     = 10       // requests from point to point, at first
	soakWarm     = 5        // a fifth of the requests comes before the first point
	memoryFloor  = 64 << 10 // bytes per 1,000 requests
	memoryLeast  = 6 << 20  // bytes in the whole soak: the collector of Go, for example, first runs after 4 MiB
	resourceRate = 1        // per 1,000 requests
	leastCount   = 2        // descriptors, threads and so on, in the whole soak
	soakShare    = 2        // of the time that is left
	soakLonger   = 8        // times the number of requests, at most, if memory seems to grow
)

// soak sends requests to one process, and looks for resources that grow. Then it sends those
// of each route alone, to find the route that grows.
func (h *hunt) soak(ctx context.Context) error {
	within, cancel := context.WithTimeoutCause(ctx, h.left(ctx)/soakShare, errSpent)
	defer cancel()
	h.enter("soak")
	all, err := h.soakAll(within)
	h.growth = append(h.growth, all...)
	if grows(all) {
		err = errors.Join(err, h.isolate(within, all))
	}
	return h.soakEnd(ctx, err)
}

// soakAll sends the requests of all routes. It leaves a part of the time for those of each
// route alone.
func (h *hunt) soakAll(ctx context.Context) ([]result.Growth, error) {
	within, cancel := context.WithTimeoutCause(ctx, h.left(ctx)*2/3, errSpent)
	defer cancel()
	return h.soaked(within, h.plan.Requests, "", amount{h.plan.Soak, soakLonger * h.plan.Soak})
}

// amountAlone returns the number of requests of each route, after those of all of them. Only
// memory that grows takes more of them.
func (h *hunt) amountAlone(all []result.Growth, routes int) amount {
	n := h.plan.Soak
	if sent := all[0].Requests; sent < n {
		n = sent / (3 * routes) // in a third of the time that they took together
	}
	if growing(all, "memory") {
		return amount{n, soakLonger * n}
	}
	return amount{n, n}
}

// soakEnd returns the error of a soak, but for the end of its time.
func (h *hunt) soakEnd(ctx context.Context, err error) error {
	if spent(err) && ctx.Err() == nil {
		h.warn("growth", "the soak of %s was ended after its share of the budget: give more time with --budget", h.name)
		return nil
	}
	return err
}

// isolate soaks the requests of each route, and records a finding for each that grows. What
// no route shows alone in the time that is left is a finding of all requests.
func (h *hunt) isolate(ctx context.Context, all []result.Growth) (err error) {
	routes, order := byRoute(h.plan.Requests)
	n, isolated := h.amountAlone(all, len(order)), map[string]bool{}
	for _, route := range order {
		if err = context.Cause(ctx); err != nil {
			break
		}
		h.enter("soak of " + route)
		var alone []result.Growth
		alone, err = h.soaked(ctx, routes[route], route, n)
		h.growth = append(h.growth, alone...)
		for _, g := range alone {
			if g.Grows && growing(all, g.Resource) { // more requests told more
				isolated[g.Resource] = true
				h.grown(h.single(ctx, routes[route], n, g), g)
			}
		}
		if err != nil {
			break
		}
	}
	for _, g := range all {
		if g.Grows && !isolated[g.Resource] {
			h.grown(h.plan.Requests, g)
		}
	}
	return err
}

// single returns the request of a route with which the resource grows, or all of them if
// that cannot be told.
func (h *hunt) single(ctx context.Context, requests []trial.Request, n amount, g result.Growth) []trial.Request {
	for i := range requests {
		if len(requests) == 1 {
			break
		}
		alone, err := h.soaked(ctx, requests[i:i+1], g.Route, n)
		if err != nil {
			break
		}
		if growing(alone, g.Resource) {
			return requests[i : i+1]
		}
	}
	return requests
}

// resoak sends the requests of a finding of kind growth again.
func (h *hunt) resoak(ctx context.Context, requests []trial.Request, was result.Growth) error {
	h.enter("soak")
	all, err := h.soaked(ctx, requests, was.Route, amount{was.Requests, soakLonger * was.Requests})
	if err != nil {
		return err
	}
	h.coverage.Add(given(requests))
	h.coverage.Requests = was.Requests
	h.growth = all
	for _, g := range all {
		if g.Resource == was.Resource && g.Grows {
			h.grown(requests, g)
		}
	}
	return nil
}

// grown records a finding of kind growth.
func (h *hunt) grown(requests []trial.Request, g result.Growth) {
	h.grew = append(h.grew, grown{h.name, requests, g})
	h.logf("%s: growth of %s by %s", h.name, g.Resource, perThousand(g))
}

// A grown is a resource that grows.
type grown struct {
	candidate string
	requests  []trial.Request
	growth    result.Growth
}

// finding returns the growth for a result.
func (g grown) finding() result.Finding {
	var all []result.VerifiedStep
	for _, r := range g.requests {
		all = append(all, stepOf(trial.Step{Request: r}))
	}
	return result.Finding{
		Candidate: g.candidate, Kind: result.KindGrowth, Length: len(all), Sequence: all, Victim: all[0],
		Rate: 1, Shown: 1, Repeated: 1, Place: g.growth.Resource, Growth: &g.growth,
		Want: "no growth", Got: perThousand(g.growth),
	}
}

func perThousand(g result.Growth) string { return g.Amount() + " per 1,000 requests" }

func byRoute(requests []trial.Request) (routes map[string][]trial.Request, order []string) {
	routes = map[string][]trial.Request{}
	for _, r := range requests {
		if routes[r.Route] == nil {
			order = append(order, r.Route)
		}
		routes[r.Route] = append(routes[r.Route], r)
	}
	return routes, order
}

func grows(all []result.Growth) bool {
	return slices.ContainsFunc(all, func(g result.Growth) bool { return g.Grows })
}

func growing(all []result.Growth, resource string) bool {
	return slices.ContainsFunc(all, func(g result.Growth) bool { return g.Grows && g.Resource == resource })
}
