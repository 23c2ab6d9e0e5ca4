package parity

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
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
	if err != nil || !grows(all) {
		return h.soakEnd(ctx, err)
	}
	return h.soakEnd(ctx, h.isolate(within, all))
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
	isolated := map[string]bool{}
	for _, route := range order {
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

func perThousand(g result.Growth) string {
	if g.Unit != "" {
		return fmt.Sprintf("%.0f %s per 1,000 requests", g.Per1000, g.Unit)
	}
	return fmt.Sprintf("%.1f per 1,000 requests", g.Per1000)
}

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

// soaked sends n requests in turn to a candidate that was just started, and returns the
// trend of each resource. If memory grows by too little to tell a leak from a process that
// is not warm yet, it sends more.
func (h *hunt) soaked(ctx context.Context, requests []trial.Request, route string, n int) ([]result.Growth, error) {
	s := h.pair.candidate
	if err := s.refresh(ctx); err != nil {
		return nil, cause(ctx, err)
	}
	tree, err := usage.NewTree(s.running.Roots)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	visitors := visitor.NewSide(visitor.Options{Host: s.client.base.Hostname(), Canaries: h.pair.canaries})
	var points []point
	every := max(1, (n-n/soakWarm)/soakPoints)
	for i, end := 0, n; i < end; i++ {
		step := trial.Step{Request: requests[i%len(requests)], Visitor: i / len(requests) % 4}
		if e := s.exchange(ctx, visitors, trial.Sequence{step})[0]; e.Answer.Failure != "" && ctx.Err() == nil {
			h.warn("growth", "%s gave no answer to request %d of the soak, %s: %s", h.name, i+1, named(e.Sent), e.Answer.Failure)
			break
		}
		if ctx.Err() != nil {
			break
		}
		if i >= n/soakWarm && (i-n/soakWarm)%every == 0 {
			p, err := s.point(tree, i)
			if err != nil {
				return nil, err
			}
			points = append(points, p)
			h.progress()
		}
		if i+1 == end && end < soakLonger*n && slight(points) {
			end += n
		}
	}
	return h.trends(points, route), cause(ctx, ctx.Err())
}

// A point is what a candidate holds after a number of requests.
type point struct {
	requests int
	usage.Holdings
	files int
}

func (s *side) point(tree *usage.Tree, requests int) (point, error) {
	held, err := tree.Holdings()
	return point{requests, held, filesBelow(s.target.Dir)}, err
}

// maxFiles bounds the count of the files in a directory.
const maxFiles = 20_000

// filesBelow counts the files below the working directory of a candidate; none if it has no
// directory of its own.
func filesBelow(dir string) (n int) {
	if dir == "" {
		return 0
	}
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if n++; err != nil || n > maxFiles {
			return filepath.SkipAll
		}
		return nil
	})
	return n
}

// A resource is a value of a point.
type resource struct {
	name, unit string
	allowed    float64 // per 1,000 requests
	least      float64 // in all
	of         func(point) float64
}

// resources are all of them, memory first.
var resources = []resource{
	{"memory", "bytes", memoryFloor, memoryLeast, func(p point) float64 { return float64(p.Memory) }},
	{"descriptors", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Descriptors) }},
	{"threads", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Threads) }},
	{"processes", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Processes) }},
	{"zombies", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Zombies) }},
	{"locks", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Locks) }},
	{"files", "", resourceRate, leastCount, func(p point) float64 { return float64(p.files) }},
}

// trends returns the trend of each resource.
func (h *hunt) trends(points []point, route string) (all []result.Growth) {
	if len(points) < 3 {
		return nil
	}
	for _, r := range resources {
		g := result.Growth{Candidate: h.name, Route: route, Resource: r.name, Unit: r.unit, Level: soakLevel, Requests: points[len(points)-1].requests + 1}
		for _, p := range points {
			g.Points = append(g.Points, result.GrowthPoint{Requests: p.requests, Value: r.of(p)})
		}
		t := r.trend(points)
		g.Per1000, g.Low, g.High = 1000*t.Slope, 1000*t.Interval.Low, 1000*t.Interval.High
		g.Grows = r.rises(t) && r.enough(t, points)
		all = append(all, g)
	}
	return all
}

func (r resource) trend(points []point) stats.Trend {
	var x, y []float64
	for _, p := range points {
		x, y = append(x, float64(p.requests)), append(y, r.of(p))
	}
	return stats.TheilSen(x, y, soakLevel)
}

// rises reports whether a trend is above what is allowed.
func (r resource) rises(t stats.Trend) bool { return 1000*t.Interval.Low > r.allowed && !t.Step }

// enough reports whether a trend is more than a process takes until it is warm.
func (r resource) enough(t stats.Trend, points []point) bool {
	return t.Interval.Low*float64(points[len(points)-1].requests-points[0].requests) > r.least
}

// slight reports whether memory rises, by too little to tell yet.
func slight(points []point) bool {
	if len(points) < 3 {
		return false
	}
	t := resources[0].trend(points)
	return resources[0].rises(t) && !resources[0].enough(t, points)
}
