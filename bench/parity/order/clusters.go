package order

import (
	"cmp"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// clusters returns groups of routes that have something in common: a parameter, a
// cookie, a hidden field or a part of the path. Small groups come first, since what few
// routes share is a better hint of common state. A group within an earlier one adds
// no pair and is left out, and so is one of all routes.
func (l *list) clusters() (clusters [][]int) {
	byTrait := map[string][]int{}
	for route, requests := range l.routes {
		for _, trait := range l.traits(requests) {
			byTrait[trait] = append(byTrait[trait], route)
		}
	}
	for _, trait := range slices.Sorted(maps.Keys(byTrait)) {
		if n := len(byTrait[trait]); n > 1 && n < len(l.routes) {
			clusters = append(clusters, byTrait[trait])
		}
	}
	slices.SortStableFunc(clusters, func(a, b []int) int { return cmp.Compare(len(a), len(b)) })
	return withoutRepeated(clusters)
}

// withoutRepeated drops clusters that add no pair to the earlier ones.
func withoutRepeated(clusters [][]int) (kept [][]int) {
	seen := map[[2]int]bool{}
	for _, cluster := range clusters {
		before := len(seen)
		for _, a := range cluster {
			for _, b := range cluster {
				seen[[2]int{a, b}] = true
			}
		}
		if len(seen) > before {
			kept = append(kept, cluster)
		}
	}
	return kept
}

// traits returns what the requests of a route may share with those of others.
func (l *list) traits(requests []int) []string {
	all := map[string]bool{}
	for _, i := range requests {
		for _, trait := range traits(l.requests[i]) {
			all[trait] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func traits(r trial.Request) (traits []string) {
	place, query, _ := strings.Cut(r.URL, "?")
	for _, segment := range strings.Split(place, "/") {
		if stem := strings.TrimSuffix(segment, path.Ext(segment)); strings.Trim(stem, "0123456789") != "" {
			traits = append(traits, "path "+stem)
		}
	}
	for _, name := range names(query) {
		traits = append(traits, "parameter "+name)
	}
	if isForm(r) {
		for _, name := range names(r.Body) {
			traits = append(traits, "parameter "+name)
		}
	}
	for _, c := range (&http.Request{Header: r.Header}).Cookies() {
		traits = append(traits, "cookie "+c.Name)
	}
	for _, name := range placeholders(r) {
		traits = append(traits, "field "+name)
	}
	return traits
}

// names returns the names of the parameters of a query.
func names(query string) (names []string) {
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "" {
			names = append(names, name)
		}
	}
	return names
}
