package order

import (
	"regexp"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Finding is a difference for Group.
type Finding struct {
	Kind     string         // kind of the difference, such as "lifetime"
	Sequence trial.Sequence // as shrunk: the last step is the victim
	Place    string         // place where the answers differ
	Got      string         // value of the candidate at the place
}

// Group returns the numbers of the findings with one cause, in groups. The first finding
// of each group has the shortest sequence; the groups are in the order of their earliest
// findings.
//
// Findings of one kind have the same cause if the same requests come before their
// victims, and the answers differ at the same place or by the same value; if the
// victims are of one route and differ at the same place, whatever came before; or if it is
// the same requests that do not go together, in another order, and the answers differ at the
// same place or in another item of the same list.
func Group(findings []Finding) (groups [][]int) {
	for i := range findings {
		var joined []int
		groups = slices.DeleteFunc(groups, func(group []int) bool {
			like := slices.ContainsFunc(group, func(j int) bool { return findings[i].like(findings[j]) })
			if like {
				joined = append(joined, group...)
			}
			return like
		})
		groups = append(groups, append(joined, i))
	}
	for _, group := range groups {
		slices.Sort(group)
	}
	slices.SortFunc(groups, func(a, b []int) int { return a[0] - b[0] })
	for _, group := range groups {
		slices.SortStableFunc(group, func(a, b int) int { return len(findings[a].Sequence) - len(findings[b].Sequence) })
	}
	return groups
}

// like reports whether two findings have the same cause by themselves.
func (f Finding) like(g Finding) bool {
	if f.Kind != g.Kind || len(f.Sequence) == 0 || len(g.Sequence) == 0 {
		return false
	}
	samePlace := f.Place == g.Place
	sameValue := samePlace || f.Got != "" && f.Got == g.Got
	return f.poison() == g.poison() && sameValue || f.victim().Route == g.victim().Route && samePlace || f.reorders(g)
}

// reorders reports whether the sequences of two findings have the same requests, and their answers
// differ at the same place or in another item of the same list.
func (f Finding) reorders(g Finding) bool {
	return slices.Equal(f.requests(), g.requests()) && item.ReplaceAllString(f.Place, "") == item.ReplaceAllString(g.Place, "")
}

// item is the number of an element in a place such as "html ul > li[2]".
var item = regexp.MustCompile(`\[[0-9]+\]`)

// requests returns the contents of all requests, sorted, each once.
func (f Finding) requests() (all []string) {
	for _, step := range f.Sequence {
		all = append(all, key(trial.Sequence{{Request: step.Request}}))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (f Finding) victim() trial.Request { return f.Sequence[len(f.Sequence)-1].Request }

// poison returns the content of the requests before the victim, without their visitors.
func (f Finding) poison() string {
	return key(renamed(f.Sequence[:len(f.Sequence)-1], func(int) int { return 0 }))
}
