package study

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
)

// planted has the outcomes of the gate, a row for each planted loss.
func planted(s *result.Study) table.Table {
	t := table.Table{Columns: []table.Column{
		{Name: "measured"}, {Name: "runs"}, {Name: "pass"}, {Name: "fail"}, {Name: "inconclusive"}, {Name: "fails,", Detail: "95% interval", Spare: 2},
		{Name: "mean", Detail: "time"}, {Name: "longest", Detail: "time", Spare: 1}, {Name: "MDE"},
	}}
	var rows []table.Row
	for _, r := range s.Rows() {
		cells := []table.Cell{measuredLoss(r)}
		for _, n := range []int{r.Runs, r.Pass, r.Fail, r.Inconclusive} {
			cells = append(cells, table.Cell{Number: unit.Whole(n)})
		}
		cells = append(cells, failsCell(r), runTime(r.MeanSeconds), runTime(r.LongSeconds), table.Cell{Number: unit.Effect(float64(r.MeanMDE))})
		rows = append(rows, table.Row{Head: lossText(r.Planted), Target: -1, Cells: cells})
		if r.Invalid > 0 {
			t.Notes = append(t.Notes, table.Note{Target: -1, Text: fmt.Sprintf("%s: %s left out as invalid", lossText(r.Planted), unit.Count(r.Invalid, "run"))})
		}
	}
	t.Groups = []table.Group{{Rows: rows}}
	return t
}

// resampled has the outcomes of the gate for resampled runs.
func resampled(s *result.Study) table.Table {
	t := table.Table{Columns: []table.Column{{Name: "fail"}, {Name: "95% interval"}, {Name: "pass"}, {Name: "inconclusive"}, {Name: "mean", Detail: "time"}}}
	var rows []table.Row
	for _, r := range s.Resampled {
		share := func(k int) table.Cell { return table.Cell{Number: unit.Percent(float64(k) / float64(r.Runs))} }
		rows = append(rows, table.Row{Head: lossText(r.Planted), Target: -1, Cells: []table.Cell{share(r.Fail), failsCell(r), share(r.Pass), share(r.Inconclusive), runTime(r.MeanSeconds)}})
	}
	t.Groups = []table.Group{{Rows: rows}}
	return t
}

func lossText(x float64) string {
	if x == 0 {
		return "no loss"
	}
	return "loss of " + unit.Percent(x)
}

func measuredLoss(r result.StudyRow) table.Cell {
	if r.Runs == 0 || !r.Ratio.Known() {
		return table.Cell{Number: unit.Unknown}
	}
	return table.Cell{Number: unit.Change(float64(r.Ratio) - 1)}
}

// failsCell holds the interval of the share of failed runs.
func failsCell(r result.StudyRow) table.Cell {
	if r.Runs == 0 {
		return table.Cell{Number: unit.Unknown}
	}
	return table.Cell{Number: unit.Percent(r.FailShare.Low) + " to " + unit.Percent(r.FailShare.High)}
}

// runTime formats the duration of runs in whole seconds.
func runTime(seconds float64) table.Cell {
	if seconds == 0 {
		return table.Cell{Number: unit.Unknown}
	}
	return table.Cell{Number: unit.Fixed(seconds, 0), Unit: "s"}
}
