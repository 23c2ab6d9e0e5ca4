package replay

import (
	"cmp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// mostRoutes bounds the routes that a report shows; the requests beyond share one for each
// method.
const mostRoutes = 30

// A kind is the requests of one method below one first segment of the path.
type kind struct{ method, segment string }

// routes puts each request into a route, and returns the routes in the order of their hits.
// A route stands for its requests in reports: its path is that of its first request.
func (c *collector) routes() ([]scenarios.Route, []load.RecordedRequest) {
	hits := map[kind]int{}
	for i, q := range c.requests {
		hits[kindOf(q)] += c.counts[i]
	}
	frequent := frequentKinds(hits)
	numbers := map[kind]int{}
	var mix []scenarios.Route
	for i := range c.requests {
		q, k := &c.requests[i], kindOf(c.requests[i])
		if !frequent[k] {
			k.segment = others
		}
		n, known := numbers[k]
		if !known {
			n = len(mix)
			numbers[k] = n
			mix = append(mix, scenarios.Route{Name: k.String(), Method: q.Method, Path: scenarios.Literal(q.URI)})
		}
		q.Route, mix[n].Weight = n, mix[n].Weight+float64(c.counts[i])
	}
	return mix, c.requests
}

// others stands for all segments that are rare. No segment is like it: it has a slash.
const others = "/"

func (k kind) String() string {
	switch k.segment {
	case others:
		return k.method + " (others)"
	case "":
		return k.method + " /"
	}
	return k.method + " /" + k.segment
}

// kindOf returns the kind of a request. A file in the root of the site counts by its whole
// name, so a script is a kind of its own.
func kindOf(q load.RecordedRequest) kind {
	path, _, _ := strings.Cut(q.URI, "?")
	first, rest, below := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if below && rest != "" && len(first) <= longestName {
		first += "/…"
	}
	if len(first) > longestName+len("/…") {
		first = others
	}
	return kind{q.Method, first}
}

const longestName = 40

// frequentKinds returns the kinds with most hits.
func frequentKinds(hits map[kind]int) map[kind]bool {
	var all []kind
	for k := range hits {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b kind) int {
		return cmp.Or(cmp.Compare(hits[b], hits[a]), cmp.Compare(a.method+a.segment, b.method+b.segment))
	})
	frequent := map[kind]bool{}
	for _, k := range all[:min(mostRoutes, len(all))] {
		frequent[k] = true
	}
	return frequent
}
