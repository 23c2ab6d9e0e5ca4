package traffic

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

const (
	mostSingle = 50  // different requests that get a route each
	mostRoutes = 500 // of all
)

// Mix returns routes that send the requests of the list, each as often as the list has it,
// and the values that they draw. Up to 50 different requests get a route each. More are
// grouped by method and first segment of the path, and a group draws from the list of its
// addresses. If that makes more than 500 groups, as on a site whose pages have names of their
// own below /, small ones are put together. All routes expect the same answer; what expect says of a body does not hold
// for HEAD. An error says that the requests cannot be grouped to at most 500 routes.
func (l *List) Mix(expect scenarios.Expect) ([]scenarios.Route, map[string]scenarios.Draw, error) {
	m := &mixer{expect: expect, draw: map[string]scenarios.Draw{}, names: map[string]bool{}}
	groups := single(l.Requests)
	if len(groups) > mostSingle {
		groups = grouped(l.Requests)
	}
	if len(groups) > mostRoutes {
		groups = merged(groups, len(l.Requests)/mostSingle)
	}
	if len(groups) > mostRoutes {
		return nil, nil, fmt.Errorf("the requests differ in too many ways for a scenario: %d routes would be needed, and %d is the most; use a part of them", len(groups), mostRoutes)
	}
	for _, g := range groups {
		m.mix = append(m.mix, m.route(g))
	}
	m.weigh()
	return m.mix, m.draw, nil
}

// A mixer makes routes.
type mixer struct {
	expect scenarios.Expect
	mix    []scenarios.Route
	draw   map[string]scenarios.Draw
	names  map[string]bool // of routes
}

// route makes a route of requests that differ in nothing, or in one part.
func (m *mixer) route(g group) scenarios.Route {
	first := g.requests[0]
	r := scenarios.Route{Method: first.Method, Path: scenarios.Literal(first.Path), Header: header(first.Header), Expect: m.expect}
	if r.Method == http.MethodHead {
		r.Expect.Body = ""
	}
	for _, q := range g.requests {
		r.Weight += float64(q.Count)
	}
	content(&r, first)
	if g.differ != body && r.Body != "" && !written(r) {
		r.Body = m.drawn("body", group{requests: []Request{first}}, func(q Request) string { return q.Body })
	}
	name := r.Method + " " + first.Path
	switch g.differ {
	case path:
		name = fmt.Sprintf("%s /%s… (%d addresses)", r.Method, g.segment(), len(g.requests))
		r.Path = m.drawn(g.segment(), g, func(q Request) string { return q.Path })
	case body:
		name = fmt.Sprintf("%s (%d bodies)", name, len(g.requests))
		r.Body, r.Form, r.Type = m.drawn("body", g, func(q Request) string { return q.Body }), nil, first.Type
	}
	r.Name = unused(shortened(name), " ", m.names)
	return r
}

// drawn adds a list of values, and returns its placeholder.
func (m *mixer) drawn(name string, g group, value func(Request) string) string {
	known := map[string]bool{}
	for name := range m.draw {
		known[name] = true
	}
	name = unused(placeholder(name), "_", known)
	var d scenarios.Draw
	common := commonCount(g.requests)
	for _, q := range g.requests {
		for range q.Count / common {
			d.List = append(d.List, value(q))
		}
	}
	m.draw[name] = d
	return "{" + name + "...}"
}

// placeholder is a name for a placeholder.
func placeholder(name string) string {
	name = strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, name), "_")
	if name == "" {
		return "address"
	}
	return name
}

// unused is a name that is not taken yet, with a number if it has to be. It takes it.
func unused(name, space string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s%s%d", name, space, n)
	}
	taken[free] = true
	return free
}

// weigh divides all weights by what they have in common.
func (m *mixer) weigh() {
	common := 0
	for _, r := range m.mix {
		common = gcd(int(r.Weight), common)
	}
	for i := range m.mix {
		m.mix[i].Weight /= float64(common)
	}
}

func commonCount(requests []Request) (common int) {
	for _, q := range requests {
		common = gcd(q.Count, common)
	}
	return common
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// header writes the fields of a header as templates, those of the same name in a row.
func header(all []scenarios.Field) (out []scenarios.Field) {
	for i, f := range all {
		same := func(g scenarios.Field) bool { return strings.EqualFold(f.Name, g.Name) }
		if slices.IndexFunc(all, same) < i {
			continue
		}
		for _, g := range all[i:] {
			if same(g) {
				out = append(out, scenarios.Field{Name: f.Name, Value: scenarios.Literal(g.Value)})
			}
		}
	}
	return out
}
