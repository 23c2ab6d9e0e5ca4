package gate

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// checksTable shows the checks of a gate.
func checksTable(r *result.Result) table.Table {
	levels := levels(r.Gate)
	t := table.Table{
		Caption: "What the gate asked, and the answers",
		Columns: []table.Column{
			{Name: "outcome", Left: true},
			{Name: "ratio", Title: "what was judged ÷ what it was compared with"},
			{Name: "interval", Title: "confidence bounds of the ratio"},
			{Name: "p", Title: "probability of such a ratio or a lower one if nothing was lost", Spare: 1},
			{Name: "MDE", Title: "minimum detectable effect: the smallest loss that would have been found with 80% power"},
			{Name: "quads", Spare: 2},
		},
	}
	switch {
	case len(levels) == 1:
		t.Columns[2].Detail = levels[0]
	case len(levels) > 1:
		t.Columns[2].Detail = "and level"
	}
	var g table.Group
	for _, c := range r.Gate.Checks {
		g.Rows = append(g.Rows, checkRow(r, c, len(levels) > 1))
	}
	t.Groups = []table.Group{g}
	return t
}

// levels are the levels of all intervals, each once.
func levels(g *result.Gate) []string {
	var all []string
	for _, c := range g.Checks {
		if level := levelText(c); bounded(c) && !slices.Contains(all, level) {
			all = append(all, level)
		}
	}
	return all
}

// checkRow is a row of the table. Where checks have bounds at several levels,
// each level stands beside its bounds: routes have wider ones, since they are many.
func checkRow(r *result.Result, c result.Check, levelled bool) table.Row {
	bounds, quads := table.Cell{Number: boundsText(c)}, unit.Unknown
	if levelled {
		bounds.Unit = levelText(c)
	}
	if c.Quads > 0 {
		quads = unit.Whole(c.Quads)
	}
	return table.Row{Head: c.Title(), Target: -1, Cells: []table.Cell{
		outcomeCell(r, c), {Number: ratioText(c.Ratio), Tone: table.Strong}, bounds, {Number: pText(c.P)}, {Number: unit.Effect(float64(c.MDE))}, {Number: quads},
	}}
}

// outcomeCell is the outcome of a check. One that only warns does not fail, and all
// checks of a measurement that cannot be trusted are void.
func outcomeCell(r *result.Result, c result.Check) table.Cell {
	switch {
	case !r.Verdict.Valid:
		return table.Cell{Number: "void", Tone: table.Quiet}
	case c.Outcome == result.Pass:
		return table.Cell{Number: string(c.Outcome), Tone: table.Good}
	case r.Gate.Advises(c):
		return table.Cell{Number: "warning"}
	case c.Outcome == result.Fail:
		return table.Cell{Number: string(c.Outcome), Tone: table.Bad}
	case !r.Gate.Weighs(c):
		return table.Cell{Number: string(c.Outcome), Tone: table.Quiet}
	}
	return table.Cell{Number: string(c.Outcome)}
}

// reasons are what neither the verdict nor the table shows: why a check did
// not pass, and what was found by one that has no ratio.
func reasons(r *result.Result) []string {
	all := slices.Clone(r.Verdict.Reasons)
	for _, c := range r.Gate.Checks {
		known := c.Outcome == result.Pass && c.Ratio.Known() || c.Reason == r.Verdict.Sentence || c.Reason == ""
		switch {
		case known || !r.Verdict.Valid:
		case r.Gate.Advises(c):
			all = append(all, "Only a warning: "+c.Reason)
		case r.Gate.Weighs(c):
			all = append(all, c.Reason)
		}
	}
	return append(all, r.Gate.Notes...)
}

// warnings are those of the result, and the differences to the conditions of an earlier one.
func warnings(r *result.Result) table.Notes {
	var all table.Notes
	if len(r.Gate.Differences) > 0 {
		all = append(all, table.Note{Target: -1, Text: "the earlier result was measured under other conditions: " + strings.Join(r.Gate.Differences, "; ")})
	}
	return append(all, facts.Warnings(r, func(string) bool { return true })...)
}
