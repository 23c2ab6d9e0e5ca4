package profile

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// A Route is a kind of request: a method, and targets that differ in identifiers only.
type Route struct {
	Method    string  `json:"method"`
	Pattern   string  `json:"pattern"` // such as /ads/{id}?page={}
	Hits      int     `json:"hits"`
	Share     float64 `json:"share"`
	Different int     `json:"different"` // targets
	Zipf      float64 `json:"zipf,omitempty"`

	targets []target // the most popular first
}

// A target is a path with its query.
type target struct {
	path string
	hits int
}

// routes clusters targets by their paths. First a segment that looks like an identifier stands
// for all of them. Then, where more different segments follow the same begin than a program
// has routes, one placeholder stands for those that are rare.
func routes(n map[string]int) (all []Route) {
	root, total := &node{}, 0
	for key, hits := range n {
		root.insert(segments(key), hits)
		total += hits
	}
	root.collapse(max(total/100, 10))
	byName := map[string]*Route{}
	for key, hits := range n {
		method, path, _ := strings.Cut(key, " ")
		pattern := root.pattern(segments(key)) + query(path)
		r, known := byName[method+pattern]
		if !known {
			r = &Route{Method: method, Pattern: pattern}
			byName[method+pattern] = r
		}
		r.Hits += hits
		r.targets = append(r.targets, target{path, hits})
	}
	for _, r := range byName {
		all = append(all, r.finished(total))
	}
	slices.SortFunc(all, func(a, b Route) int {
		return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return all
}

func (r *Route) finished(total int) Route {
	slices.SortFunc(r.targets, func(a, b target) int { return cmp.Or(cmp.Compare(b.hits, a.hits), cmp.Compare(a.path, b.path)) })
	r.Share, r.Different = float64(r.Hits)/float64(total), len(r.targets)
	if r.Different > 1 {
		hits := make([]int, len(r.targets))
		for i, t := range r.targets {
			hits[i] = t.hits
		}
		r.Zipf = Zipf(hits)
	}
	return *r
}

// segments cuts the path of "GET /ads/7?page=2" into its segments, with placeholders for
// identifiers.
func segments(key string) []string {
	_, path, _ := strings.Cut(key, " ")
	path, _, _ = strings.Cut(path, "?")
	all := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, s := range all {
		if identifier.MatchString(s) {
			all[i] = "{id}" + extension(s)
		}
	}
	return all
}

// identifier matches numbers, dates, UUIDs and other hexadecimal keys, with an extension or
// without.
var identifier = regexp.MustCompile(`^([0-9]+([-_.][0-9]+)*|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,})(\.[A-Za-z][A-Za-z0-9]{0,4})?$`)

// extension returns that of a file, with its dot.
func extension(segment string) string {
	i := strings.LastIndexByte(segment, '.')
	if i <= 0 || len(segment)-i > 6 || identifier.MatchString(segment[i+1:]) {
		return ""
	}
	return segment[i:]
}

// query returns the names of a query: "?page={}&q={}".
func query(key string) string {
	_, text, found := strings.Cut(key, "?")
	if !found || text == "" {
		return ""
	}
	var names []string
	for field := range strings.SplitSeq(text, "&") {
		name, _, named := strings.Cut(field, "=")
		if !named || len(name) > 40 {
			name = ""
		}
		names = append(names, name+"={}")
	}
	slices.Sort(names)
	return "?" + strings.Join(slices.Compact(names), "&")
}
