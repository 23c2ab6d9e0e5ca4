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
		Caption: "Checks of the gate",
		Columns: []table.Column{
			{Name: "outcome", Left: true},
			{Name: "ratio", Title: "candidate ÷ baseline"},
			{Name: "interval", Title: "confidence bounds of the ratio"},
			{Name: "p", Title: "probability of such a ratio or a lower one if nothing was lost", Spare: 1},
			{Name: "MDE", Title: "minimum detectable effect: the smallest loss that the check detects with 80% power"},
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

// levels returns the levels of all intervals, each once.
func levels(g *result.Gate) []string {
	var all []string
	for _, c := range g.Checks {
		if level := levelText(c); bounded(c) && !slices.Contains(all, level) {
			all = append(all, level)
		}
	}
	return all
}

// checkRow returns a row of the table. If the bounds of checks have several levels, each
// row shows its level: that of routes is higher, since there are many.
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

// outcomeCell returns the outcome of a check. A check that only warns does not fail, and
// all checks of an invalid measurement are void.
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

// reasons returns what neither the verdict nor the table shows: why checks did not pass,
// and the findings of checks without a ratio.
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

// warnings returns the warnings of the result, and the differences to the conditions of an
// earlier result.
func warnings(r *result.Result) table.Notes {
	var all table.Notes
	if len(r.Gate.Differences) > 0 {
		all = append(all, table.Note{Target: -1, Text: "the earlier result was measured under other conditions: " + strings.Join(r.Gate.Differences, "; ")})
	}
	return append(all, facts.Warnings(r, func(string) bool { return true })...)
}
