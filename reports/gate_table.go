package reports

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// checksTable shows what a gate asked, and the answers.
func checksTable(r *result.Result) table {
	levels := levels(r.Gate)
	t := table{
		Caption: "What the gate asked, and the answers",
		Columns: []column{
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
	var g group
	for _, c := range r.Gate.Checks {
		g.Rows = append(g.Rows, checkRow(r, c, len(levels) > 1))
	}
	t.Groups = []group{g}
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
// each is told beside its bounds: routes have wider ones, since they are many.
func checkRow(r *result.Result, c result.Check, levelled bool) row {
	bounds, quads := cell{Number: boundsText(c)}, unit.Unknown
	if levelled {
		bounds.Unit = levelText(c)
	}
	if c.Quads > 0 {
		quads = unit.Whole(c.Quads)
	}
	return row{Head: c.Title(), Target: -1, Cells: []cell{
		outcomeCell(r, c), {Number: ratioText(c.Ratio), Tone: strong}, bounds, {Number: pText(c.P)}, {Number: mdeText(c.MDE)}, {Number: quads},
	}}
}

// outcomeCell is what a check says. One that only warns does not fail, and of a
// measurement that cannot be trusted none says anything.
func outcomeCell(r *result.Result, c result.Check) cell {
	switch {
	case !r.Verdict.Valid:
		return cell{Number: "void", Tone: quiet}
	case c.Outcome == result.Pass:
		return cell{Number: string(c.Outcome), Tone: good}
	case r.Gate.Advises(c):
		return cell{Number: "warning"}
	case c.Outcome == result.Fail:
		return cell{Number: string(c.Outcome), Tone: bad}
	case !r.Gate.Weighs(c):
		return cell{Number: string(c.Outcome), Tone: quiet}
	}
	return cell{Number: string(c.Outcome)}
}

// gateReasons are what neither the verdict nor the table says: why a check did
// not pass, and what was found by one that has no ratio.
func gateReasons(r *result.Result) []string {
	all := slices.Clone(r.Verdict.Reasons)
	for _, c := range r.Gate.Checks {
		told := c.Outcome == result.Pass && c.Ratio.Known() || c.Reason == r.Verdict.Sentence || c.Reason == ""
		switch {
		case told || !r.Verdict.Valid:
		case r.Gate.Advises(c):
			all = append(all, "Only a warning: "+c.Reason)
		case r.Gate.Weighs(c):
			all = append(all, c.Reason)
		}
	}
	return append(all, r.Gate.Notes...)
}

// gateDoubts are the warnings, and what an earlier result has to be read with.
func gateDoubts(r *result.Result) []note {
	var notes []note
	if len(r.Gate.Differences) > 0 {
		notes = append(notes, note{-1, "the earlier result was measured under other conditions: " + strings.Join(r.Gate.Differences, "; ")})
	}
	for _, w := range r.Warnings {
		notes = append(notes, noteOn(r, targetOf(r, w.About), w.Text))
	}
	return notes
}
