package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"
)

// triedFacts describe the extent of a verification.
func triedFacts(v *result.Verification) table.Facts {
	t := v.Tried
	all := table.Facts{
		{Term: "Requests", Text: unit.Whole(t.Requests) + " to " + strings.Join(v.Candidates(), ", ") + ", and the same to " + v.Baseline()},
		{Term: "Sequences", Text: unit.Whole(t.Sequences) + ", each on equal fresh data"},
		{Term: "Routes", Text: unit.Whole(t.Routes)},
		{Term: "Ordered pairs", Text: fmt.Sprintf("%s of %s pairs of routes were seen next to each other", unit.Whole(t.OrderedPairs), unit.Whole(t.PairsOf))},
		{Term: "Visitors", Text: "at most " + unit.Whole(t.Visitors) + " in a sequence"},
		{Term: "Restarts", Text: unit.Whole(t.Restarts) + " of a candidate"},
	}
	if t.Probes > 0 {
		all = append(all, table.Fact{Term: "Probes", Text: unit.Whole(t.Probes) + " further sequences, to make the findings shorter"})
	}
	return append(all, table.Fact{Term: "Time", Text: spent(v)})
}

func spent(v *result.Verification) string {
	text := unit.Duration(v.Seconds)
	if v.Budget > 0 {
		text += " (budget " + unit.Span(v.Budget) + ")"
	}
	return text
}

// varyingTable shows what is not compared.
func varyingTable(v *result.Verification) table.Table {
	t := table.Table{
		Caption: "Places that are not compared",
		Columns: []table.Column{{Name: "place", Left: true}, {Name: "why", Left: true}, {Name: "examples", Left: true, Spare: 1}},
	}
	var g table.Group
	for _, x := range v.Varies {
		head, why := x.Route, "learned"
		if head == "" {
			head = "all routes"
		}
		if x.Declared {
			why = "declared"
		}
		g.Rows = append(g.Rows, table.Row{Head: head, Target: -1, Cells: []table.Cell{{Number: visible(x.Place)}, {Number: why}, {Number: examples(x.Examples)}}})
	}
	t.Groups = []table.Group{g}
	return t
}

// examples prints two values that were seen.
func examples(all []string) string {
	var shown []string
	for _, s := range all[:min(len(all), 2)] {
		shown = append(shown, text.Cut(visible(s), 32))
	}
	return strings.Join(shown, ", ")
}

// growthTable shows the trend of each resource.
func growthTable(v *result.Verification) table.Table {
	t := table.Table{
		Caption: "Growth of resources",
		Columns: []table.Column{
			{Name: "route", Left: true}, {Name: "per 1,000", Detail: "requests"}, {Name: "interval", Detail: growthLevel(v)}, {Name: "requests", Spare: 1}, {Name: "verdict", Left: true},
		},
	}
	for _, name := range v.Candidates() {
		g := table.Group{Head: name}
		for _, x := range v.Growth {
			if x.Candidate == name {
				g.Rows = append(g.Rows, growthRow(x, slices.Index(v.Candidates(), name)+1))
			}
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return t
}

func growthRow(x result.Growth, target int) table.Row {
	verdict, route := table.Cell{Number: "stays", Tone: table.Good}, cmp.Or(x.Route, "all")
	switch {
	case x.Grows:
		verdict = table.Cell{Number: "grows", Tone: table.Bad}
	case x.Low > 0: // by too little to tell a leak from a process that is not warm yet
		verdict = table.Cell{Number: "unclear"}
	}
	return table.Row{Head: x.Resource, Target: target, Cells: []table.Cell{
		{Number: route}, {Number: x.Amount()}, {Number: x.Bounds()}, {Number: unit.Whole(x.Requests)}, verdict,
	}}
}

func growthLevel(v *result.Verification) string {
	if len(v.Growth) == 0 || v.Growth[0].Level == 0 {
		return ""
	}
	return unit.Percent(v.Growth[0].Level)
}

// asResult returns a result with what a verification and a comparison have in common.
func asResult(v *result.Verification) *result.Result {
	began, _ := time.Parse(time.RFC3339, v.Began) // else it is not shown
	return &result.Result{
		Version: v.Version, Command: v.Command, Began: began, Seconds: v.Seconds,
		Scenario: v.Scenario, Environment: v.Environment, Targets: v.Targets, Warnings: v.Warnings,
	}
}

// factsOf returns the facts that are necessary to repeat the verification.
func factsOf(v *result.Verification) table.Facts {
	all := slices.DeleteFunc(facts.Of(asResult(v)), func(f table.Fact) bool { return f.Term == "Isolation" || f.Term == "Objective of a stage" })
	return append(all, table.Fact{Term: "Seed of the orders", Text: fmt.Sprint(v.Seed)})
}

func warnings(v *result.Verification) table.Notes {
	return facts.Warnings(asResult(v), func(string) bool { return true })
}

// moreReasons returns the reasons that the headline does not hold.
func moreReasons(v *result.Verification) (all []string) {
	if v.Verdict == result.Unknown && len(v.Reasons) > 0 {
		return v.Reasons[1:]
	}
	return v.Reasons
}
