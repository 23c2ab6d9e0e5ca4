package result

import (
	"fmt"
	"slices"
	"strings"
)

// sentences returns a sentence for each candidate whose gain can be trusted, and one for each
// kind of doubt, about all targets that it concerns.
func sentences(r *Result, v Verdict) (all []string) {
	switch {
	case len(r.Targets) == 0 || r.Empty() && r.Partial == "":
		return []string{"Nothing was measured."}
	case r.Capacity == nil && len(r.Limits) > 0:
		return limitSentences(r)
	case len(r.Targets) == 1:
		all = append(all, alone(r, v))
	}
	doubtful := namesOf(r.Targets[1:], func(t Target) bool { return v.reason(gainParts(r.Baseline(), t.Name)...) != "" })
	for _, t := range r.Targets[1:] {
		switch {
		case !slices.Contains(doubtful, t.Name):
			all = append(all, gainSentence(r, t.Name))
		case t.Name == doubtful[0]:
			all = append(all, fmt.Sprintf("The %s of %s over %s cannot be trusted.", plural(len(doubtful), "gain", "gains"), joined(doubtful), r.Baseline()))
		}
		all = append(all, otherPages(r, t.Name)...)
	}
	return append(all, doubts(r, v)...)
}

// doubts returns sentences about the throughput and the replays of all targets.
func doubts(r *Result, v Verdict) (all []string) {
	switch names := namesOf(r.Targets, func(t Target) bool { return r.Capacity.overstated(t.Name) }); len(names) {
	case 0:
	case 1:
		all = append(all, fmt.Sprintf("But some answers of %s take longer than its turns: it carries less than was measured.", names[0]))
	default:
		all = append(all, fmt.Sprintf("But some answers of %s take longer than their turns: they carry less than was measured.", joined(names)))
	}
	switch names := namesOf(r.Targets, func(t Target) bool { return v.reason(aboutReplay+t.Name) != "" }); len(names) {
	case 0:
	case 1:
		all = append(all, fmt.Sprintf("The replay against %s is invalid.", names[0]))
	default:
		all = append(all, fmt.Sprintf("The replays against %s are invalid.", joined(names)))
	}
	return all
}

// otherPages returns a sentence about a candidate with other pages than the baseline, if it has.
func otherPages(r *Result, candidate string) (all []string) {
	if pages := r.Answers.DifferencesOf(candidate, false); len(pages) > 0 {
		all = append(all, fmt.Sprintf("But %s answers with other pages than %s: %s.", candidate, r.Baseline(), example(pages[0], r.Baseline())))
	}
	return all
}

// namesOf returns the names of the targets that have a property.
func namesOf(targets []Target, has func(Target) bool) (names []string) {
	for _, t := range targets {
		if has(t) {
			names = append(names, t.Name)
		}
	}
	return names
}

// joined joins names: "a", "a and b", "a, b and c".
func joined(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
