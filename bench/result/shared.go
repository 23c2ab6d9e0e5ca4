package result

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// alike is how many times the share of wrong answers of one target may be that of another if
// both have the same cause.
const alike = 1.5

// sharedErrors reports that all targets gave wrong answers to about the same share of the same
// requests. That has a cause that they share. It returns nil if they did not.
func sharedErrors(shares map[string]float64) []string {
	all := slices.Collect(maps.Values(shares))
	if len(all) < 2 || !(slices.Min(all) > MaxErrors) || slices.Max(all) > alike*slices.Min(all) {
		return nil
	}
	names := slices.Sorted(maps.Keys(shares))
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = unit.Percent(shares[name])
	}
	return []string{fmt.Sprintf("%s answered about the same share of the requests wrongly (%s): suspect what they share before the programs, which is the data, and the answers that the scenario expects",
		strings.Join(names, " and "), strings.Join(words, " and "))}
}

// errorShares returns the share of wrong answers of each target in the closed loop.
func (r *Result) errorShares() map[string]float64 {
	shares := map[string]float64{}
	for _, t := range r.Targets {
		if r.Capacity != nil {
			x := r.Capacity.Throughput[t.Name]
			shares[t.Name] = ErrorShare(x.Hits, x.Errors)
		}
	}
	return shares
}

// errorSharesOf returns the share of wrong answers of each target in quads.
func errorSharesOf(quads []Quad) map[string]float64 {
	shares := map[string]float64{}
	for name, sum := range Totals(quads) {
		shares[name] = ErrorShare(sum.Hits, sum.Errors)
	}
	return shares
}
