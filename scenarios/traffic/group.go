package traffic

import "strings"

// A group of requests that differ in one part at most.
type group struct {
	differ   part
	requests []Request
}

// A part of a request.
type part int

const (
	nothing part = iota
	path
	body
)

func single(requests []Request) (groups []group) {
	for _, q := range requests {
		groups = append(groups, group{nothing, []Request{q}})
	}
	return groups
}

// grouped puts those together that differ in their addresses, and below these in all but
// the first segment; of the rest those that differ in their bodies.
func grouped(requests []Request) (groups []group) {
	alone := func(g group) bool { return len(g.requests) == 1 && g.requests[0].Body != "" }
	var rest []Request
	for _, g := range by(requests, path, func(q Request) string {
		return Request{Method: q.Method, Path: segment(q.Path), Header: q.Header, Type: q.Type, Body: q.Body}.key()
	}) {
		if alone(g) {
			rest = append(rest, g.requests...)
		} else {
			groups = append(groups, g)
		}
	}
	return append(groups, by(rest, body, func(q Request) string {
		return Request{Method: q.Method, Path: q.Path, Header: q.Header, Type: q.Type}.key()
	})...)
}

// merged puts groups of so many requests or fewer together that differ in their addresses.
func merged(groups []group, small int) (all []group) {
	var rest []Request
	for _, g := range groups {
		if len(g.requests) <= small && g.differ != body && g.requests[0].Body == "" {
			rest = append(rest, g.requests...)
		} else {
			all = append(all, g)
		}
	}
	return append(all, by(rest, path, func(q Request) string {
		return Request{Method: q.Method, Header: q.Header}.key()
	})...)
}

// by groups requests by a key, in the order of the first of each.
func by(requests []Request, differ part, key func(Request) string) (groups []group) {
	known := map[string]int{}
	for _, q := range requests {
		i, seen := known[key(q)]
		if !seen {
			i = len(groups)
			known[key(q)] = i
			groups = append(groups, group{differ: nothing})
		}
		if groups[i].requests = append(groups[i].requests, q); len(groups[i].requests) > 1 {
			groups[i].differ = differ
		}
	}
	return groups
}

// segment is the first segment of the paths, or "" if these begin in several ways.
func (g group) segment() string {
	first := segment(g.requests[0].Path)
	for _, q := range g.requests {
		if segment(q.Path) != first {
			return ""
		}
	}
	return first
}

// segment is the first segment of a path.
func segment(path string) string {
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "/"), "?")
	first, _, _ := strings.Cut(path, "/")
	return first
}
