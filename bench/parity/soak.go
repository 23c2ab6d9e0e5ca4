package parity

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

const (
	soakLevel    = 0.99
	soakPoints   = 40
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
	all, err := h.soaked(within, h.plan.Requests, "", h.plan.Soak)
	h.growth = append(h.growth, all...)
	if grows(all) {
		err = h.isolate(within, all, err)
	}
	return h.soakEnd(ctx, err)
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
// no route shows alone in the time that is left is a finding of all requests; err is that of
// the soak of all, after which there is no time.
func (h *hunt) isolate(ctx context.Context, all []result.Growth, err error) error {
	routes, order := byRoute(h.plan.Requests)
	isolated := map[string]bool{}
	for _, route := range order {
		if err != nil {
			break
		}
		h.enter("soak of " + route)
		var alone []result.Growth
		if alone, err = h.soaked(ctx, routes[route], route, h.plan.Soak); err != nil {
			break
		}
		h.growth = append(h.growth, alone...)
		for _, g := range alone {
			if g.Grows {
				isolated[g.Resource] = true
				h.grown(h.single(ctx, routes[route], g), g)
			}
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
func (h *hunt) single(ctx context.Context, requests []trial.Request, g result.Growth) []trial.Request {
	for i := range requests {
		if len(requests) == 1 {
			break
		}
		alone, err := h.soaked(ctx, requests[i:i+1], g.Route, h.plan.Soak)
		if err != nil {
			break
		}
		if slices.ContainsFunc(alone, func(a result.Growth) bool { return a.Resource == g.Resource && a.Grows }) {
			return requests[i : i+1]
		}
	}
	return requests
}

// resoak sends the requests of a finding of kind growth again.
func (h *hunt) resoak(ctx context.Context, requests []trial.Request, was result.Growth) error {
	h.enter("soak")
	all, err := h.soaked(ctx, requests, was.Route, was.Requests)
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
	for _, g := range all {
		if g.Grows {
			return true
		}
	}
	return false
}
