package reports

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// studyTable is what the gate said, a row for each planted loss.
func studyTable(s *result.Study) table {
	t := table{Columns: []column{
		{Name: "measured"}, {Name: "runs"}, {Name: "pass"}, {Name: "fail"}, {Name: "inconclusive"}, {Name: "fails,", Detail: "95% interval", Spare: 2},
		{Name: "mean", Detail: "time"}, {Name: "longest", Detail: "time", Spare: 1}, {Name: "MDE"},
	}}
	var rows []row
	for _, r := range s.Rows() {
		cells := []cell{measuredLoss(r)}
		for _, n := range []int{r.Runs, r.Pass, r.Fail, r.Inconclusive} {
			cells = append(cells, cell{Number: unit.Whole(n)})
		}
		cells = append(cells, failsCell(r), runTime(r.MeanSeconds), runTime(r.LongSeconds), cell{Number: mdeText(r.MeanMDE)})
		rows = append(rows, row{Head: lossText(r.Planted), Target: -1, Cells: cells})
		if r.Invalid > 0 {
			t.Notes = append(t.Notes, note{-1, fmt.Sprintf("%s: %s left out, since not to be trusted", lossText(r.Planted), unit.Count(r.Invalid, "run"))})
		}
	}
	t.Groups = []group{{Rows: rows}}
	return t
}

// resampledTable is what it says to runs that are drawn anew.
func resampledTable(s *result.Study) table {
	t := table{Columns: []column{{Name: "fail"}, {Name: "95% interval"}, {Name: "pass"}, {Name: "inconclusive"}, {Name: "mean", Detail: "time"}}}
	var rows []row
	for _, r := range s.Resampled {
		share := func(k int) cell { return cell{Number: unit.Percent(float64(k) / float64(r.Runs))} }
		rows = append(rows, row{Head: lossText(r.Planted), Target: -1, Cells: []cell{share(r.Fail), failsCell(r), share(r.Pass), share(r.Inconclusive), runTime(r.MeanSeconds)}})
	}
	t.Groups = []group{{Rows: rows}}
	return t
}

func lossText(x float64) string {
	if x == 0 {
		return "no loss"
	}
	return "loss of " + unit.Percent(x)
}

func measuredLoss(r result.StudyRow) cell {
	if r.Runs == 0 || !r.Ratio.Known() {
		return cell{Number: unit.Unknown}
	}
	return cell{Number: unit.Change(float64(r.Ratio) - 1)}
}

// failsCell is the interval of the share of runs that fail.
func failsCell(r result.StudyRow) cell {
	if r.Runs == 0 {
		return cell{Number: unit.Unknown}
	}
	return cell{Number: unit.Percent(r.FailShare.Low) + " to " + unit.Percent(r.FailShare.High)}
}

// runTime is how long runs took, in whole seconds.
func runTime(seconds float64) cell {
	if seconds == 0 {
		return cell{Number: unit.Unknown}
	}
	return cell{Number: unit.Fixed(seconds, 0), Unit: "s"}
}
