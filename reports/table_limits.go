package reports

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
)

// limitsTable shows the highest sustained arrival rate of each target.
func limitsTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "The highest arrival rate that each target sustains",
		Columns: []table.Column{
			{Name: "from", Detail: "hits/s", Title: "lower bound of the limit"},
			{Name: "to", Detail: "hits/s", Title: "upper bound of the limit"},
			{Name: "hits", Detail: "a day", Title: "hits of a day whose busiest moment has the lower bound"},
			{Name: "gain", Title: "times the limit of " + r.Baseline()},
			{Name: "interval", Detail: limitLevel(r), Title: "interval of the gain"},
			{Name: "trials", Title: "rates that were offered", Spare: 2},
			{Name: "CPU", Detail: "cores", Title: "cores busy in the trial nearest to the limit", Spare: 1},
		},
	}
	g := table.Group{}
	for i, target := range r.Targets {
		if l, ok := r.Limits[target.Name]; ok {
			g.Rows = append(g.Rows, limitRow(r, i, l))
		}
	}
	t.Groups = []table.Group{g}
	t.Attach(warningsAbout(r, "limits"))
	return t.WithoutEmpty()
}

func limitRow(r *result.Result, i int, l result.Limit) table.Row {
	gain, interval := table.Cell{Number: unit.Unknown, Tone: table.Quiet}, table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	switch {
	case l.Gain != nil:
		gain, interval = table.Cell{Number: unit.Times(l.Gain.Ratio), Tone: table.Strong}, table.Cell{Number: unit.Times(l.Gain.Low) + " to " + unit.Times(l.Gain.High)}
	case i == 0 && len(r.Targets) > 1:
		gain, interval = table.Cell{Number: "1×", Tone: table.Quiet}, table.Cell{Tone: table.Quiet}
	case i == 0:
		gain, interval = table.Cell{}, table.Cell{}
	}
	return table.Row{Head: r.Targets[i].Name, Target: i, Cells: []table.Cell{
		{Number: unit.Number(float64(l.Low))}, {Number: unit.Number(float64(l.High))}, dailyCell(l), gain, interval,
		{Number: unit.Whole(len(l.Trials))}, {Number: unit.Fixed(coresAt(l), 2)},
	}}
}

func dailyCell(l result.Limit) table.Cell {
	if !l.HitsPerDay.Known() {
		return table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	}
	return table.Cell{Number: unit.Number(float64(l.HitsPerDay)/1e6) + " M"}
}

// coresAt returns the cores that were busy in the trial nearest to the limit.
func coresAt(l result.Limit) float64 {
	cores, near := math.NaN(), math.Inf(1)
	for _, t := range l.Trials {
		if d := math.Abs(math.Log(t.Rate / float64(l.RPS))); t.Invalid == "" && t.CPUCores > 0 && d < near {
			cores, near = t.CPUCores, d
		}
	}
	return cores
}

func limitLevel(r *result.Result) string {
	for _, t := range r.Targets {
		if l := r.Limits[t.Name]; l.Gain != nil {
			return unit.Percent(l.Gain.Level)
		}
	}
	return ""
}

// limitsMethod describes in a sentence what the limits are.
func limitsMethod(r *result.Result) string {
	o := r.Scenario.Objective
	text := fmt.Sprintf("The highest arrival rate with 95%% of the answers within %s of the moment they were due, and at most %s errors, in the long run.", unit.Span(o.P95), unit.Percent(o.Errors))
	for _, t := range r.Targets {
		if l, ok := r.Limits[t.Name]; ok {
			return text + fmt.Sprintf(" The bounds hold the limit with %s confidence. %s", unit.Percent(l.Confidence), l.Peak().Sentence())
		}
	}
	return text
}

// trialsTable shows every rate that was offered.
func trialsTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "Every rate that was offered, in order",
		Columns: []table.Column{
			{Name: "after", Title: "time since the search began"}, {Name: "rate", Detail: "hits/s"}, {Name: "for"}, {Name: "offered", Detail: "hits/s", Title: "hits that arrived, per second"},
			{Name: "errors"}, {Name: "p50"}, {Name: "p95"}, {Name: "max"}, {Name: "sustained", Left: true},
		},
	}
	for i, target := range r.Targets {
		g := table.Group{Head: target.Name, Aside: unit.Count(len(r.Limits[target.Name].Trials), "trial")}
		for _, x := range r.Limits[target.Name].Trials {
			g.Rows = append(g.Rows, limitTrialRow(r, i, x))
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return t
}

func limitTrialRow(r *result.Result, i int, x result.LimitTrial) table.Row {
	met := table.Cell{Number: "yes", Tone: table.Good}
	switch {
	case x.Invalid != "":
		met = table.Cell{Number: "invalid: " + x.Invalid, Tone: table.Quiet}
	case !x.Sustained:
		met = table.Cell{Number: "no: " + x.Why, Tone: table.Bad}
	}
	row := table.Row{Head: r.Targets[i].Name, Target: i, Cells: []table.Cell{
		table.Quantity(unit.Span(math.Round(x.At))), {Number: unit.Number(x.Rate)}, table.Quantity(unit.Span(x.Seconds)), {Number: unit.Number(x.OfferedRPS)},
		errorCell(x.Hits, x.Errors, r.Scenario.Objective.Errors), timeCell(float64(x.P50)), timeCell(float64(x.P95)), timeCell(float64(x.Max)), met,
	}}
	return row
}
