package result

import (
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// Headline returns the verdict in a sentence or two, with how much was tried.
func (v *Verification) Headline() string { return strings.Join(v.Headlines(), " ") }

// Headlines returns a sentence for all candidates, or for each if they differ from each other. A
// verification that ended early states how much was tried until then in a second one.
func (v *Verification) Headlines() []string {
	switch v.Verdict {
	case Same:
		return []string{"No difference found: " + v.Tried.String() + "."}
	case Different:
		return v.differences()
	}
	all := []string{fmt.Sprintf("Whether %s %s the same as %s is not known: %s",
		strings.Join(v.Candidates(), " and "), plural(len(v.Candidates()), "answers", "answer"), v.Baseline(), v.reason())}
	if v.Partial && !v.Invalid && v.Tried.Requests > 0 {
		all = append(all, "No difference was found so far: "+v.Tried.String()+".")
	}
	return all
}

// Baseline returns the name of the first target.
func (v *Verification) Baseline() string {
	if len(v.Targets) == 0 {
		return "the baseline"
	}
	return v.Targets[0].Name
}

// Candidates returns the names of the other targets.
func (v *Verification) Candidates() (names []string) {
	for _, t := range v.Targets[min(1, len(v.Targets)):] {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return []string{"the candidate"}
	}
	return names
}

func (v *Verification) reason() string {
	switch {
	case len(v.Reasons) > 0:
		return strings.TrimRight(v.Reasons[0], ".") + "."
	case v.Tried.Requests == 0:
		return "no request was sent."
	case v.Partial:
		return "the verification ended early."
	}
	return "too little was tried."
}

func (v *Verification) differences() (all []string) {
	for _, name := range v.Candidates() {
		counts, growing := v.count(name)
		switch {
		case len(counts) > 0:
			all = append(all, fmt.Sprintf("%s answers differently: %s.", name, strings.Join(counts, ", ")))
		case growing != "":
			all = append(all, fmt.Sprintf("%s answers the same, but grows: %s.", name, growing))
		default:
			all = append(all, fmt.Sprintf("%s: no difference found%s.", name, soFar(v.Partial)))
		}
	}
	return all
}

func soFar(partial bool) string {
	if partial {
		return " so far"
	}
	return ""
}

// count returns the number of findings of a candidate by kind, such as "2 lifetime findings". If all
// are of kind growth, it returns the resources instead.
func (v *Verification) count(candidate string) (counts []string, growing string) {
	n, resources := map[string]int{}, []string{}
	for _, f := range v.Findings {
		if f.Candidate != candidate {
			continue
		}
		if n[f.Kind]++; f.Growth != nil && !slices.Contains(resources, f.Growth.Resource) {
			resources = append(resources, f.Growth.Resource)
		}
	}
	if growth := n[KindGrowth]; growth > 0 && len(n) == 1 {
		return nil, strings.Join(resources, ", ")
	}
	for _, kind := range kinds {
		if n[kind] > 0 {
			counts = append(counts, unit.Count(n[kind], kind+" finding"))
		}
	}
	return counts, ""
}

// String describes the extent, such as "1,284 requests in 96 sequences, all 81 ordered
// pairs of routes, 4 visitors, 212 restarts".
func (t Tried) String() string {
	parts := []string{unit.Count(t.Requests, "request") + " in " + unit.Count(t.Sequences, "sequence")}
	if t.PairsOf > 0 {
		parts = append(parts, t.pairs())
	}
	if t.Visitors > 0 {
		parts = append(parts, unit.Count(t.Visitors, "visitor"))
	}
	return strings.Join(append(parts, unit.Count(t.Restarts, "restart")), ", ")
}

func (t Tried) pairs() string {
	of := unit.Count(t.PairsOf, "ordered pair") + " of routes"
	switch {
	case t.OrderedPairs < t.PairsOf:
		return unit.Whole(t.OrderedPairs) + " of " + of
	case t.PairsOf == 1:
		return of
	}
	return "all " + of
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
