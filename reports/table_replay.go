package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// stagesTable shows all targets side by side at each stage of the replay.
func stagesTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "The same traffic, stage by stage",
		Columns: []table.Column{
			{Name: "offered", Detail: "hits/s", Title: "hits that fell due, per second", Spare: 5},
			{Name: "achieved", Detail: "hits/s", Title: "right answers within the stage, per second"},
			{Name: "errors", Title: "share of the hits without a right answer"},
			{Name: "p50", Title: "median latency, from the moment a hit was due"},
			{Name: "p90", Title: "90th percentile of the latency", Spare: 10},
			{Name: "p95", Title: "95th percentile of the latency"},
			{Name: "p99", Title: "99th percentile of the latency", Spare: 6},
			{Name: "max", Title: "longest latency", Spare: 7},
			{Name: "CPU", Detail: "cores", Title: "cores busy with the target's process tree, on average", Spare: 1},
			{Name: "runnable", Detail: "mean", Title: "tasks running or waiting for a core, on average"},
			{Name: "runnable", Detail: "max", Title: "tasks running or waiting for a core, at most", Spare: 4},
			{Name: "defunct", Detail: "max", Title: "ended processes that their parent has not waited for, at most", Spare: 2},
			{Name: "memory", Detail: "max", Title: "resident memory of the tree, at most", Spare: 8},
			{Name: "objective", Detail: objectiveWords(r), Title: "whether the stage met the objective", Spare: 9, Left: true},
		},
	}
	for i, s := range r.Replay.Stages {
		t.Groups = append(t.Groups, stageGroup(r, i, s))
	}
	t.Groups = append(append(t.Groups, wholeGroup(r)), doubledGroups(r)...)
	t.Attach(replayWarnings(r))
	if watched(r) {
		return t
	}
	if r.Environment.OS != "linux" { // on Linux, a warning has the reason
		t.Attach(table.Notes{{Target: -1, Text: "CPU time, memory and states of the targets' processes cannot be measured on this system."}})
	}
	return t.Unnamed("CPU", "runnable", "defunct", "memory")
}

// watched reports whether the targets' process trees were measured.
func watched(r *result.Result) bool {
	return r.Replay != nil && slices.ContainsFunc(r.Replay.Trials, func(t result.Trial) bool {
		return len(t.Samples) > 0 || t.Load.Known()
	})
}

func objectiveWords(r *result.Result) string {
	o := r.Scenario.Objective
	if o.P95 <= 0 {
		return ""
	}
	return "p95 ≤ " + unit.Span(o.P95)
}

func stageGroup(r *result.Result, i int, s result.Stage) table.Group {
	g := table.Group{Head: s.Name, Aside: fmt.Sprintf("%s hits/s offered (%s), from %s to %s", unit.Plain(s.Offered), s.Rate, unit.Span(s.From), unit.Span(s.To))}
	for _, t := range r.Replay.Trials {
		if i < len(t.Stages) {
			g.Rows = append(g.Rows, trialRow(r, t, stageCells(r, t.Stages[i])))
		}
	}
	return g
}

func stageCells(r *result.Result, x result.StageResult) []table.Cell {
	met := table.Cell{Number: "missed", Tone: table.Bad}
	if x.Meets {
		met = table.Cell{Number: "met", Tone: table.Good}
	}
	cells := append(trafficCells(r, x.OfferedRPS, x.AchievedRPS, x.Hits, x.Errors, x.Latency), loadCells(x.Load)...)
	return append(cells, met)
}

// doubledGroups show the repetitions of the last stage at higher rates, each with the
// targets that were offered it.
func doubledGroups(r *result.Result) (groups []table.Group) {
	for _, d := range r.Replay.Doubled {
		i := slices.IndexFunc(groups, func(g table.Group) bool { return g.Head == d.Stage.Rate })
		if i < 0 {
			i = len(groups)
			groups = append(groups, table.Group{Head: d.Stage.Rate, Aside: fmt.Sprintf("%s hits/s offered for %s, after the replay", unit.Plain(d.Stage.Offered), unit.Span(d.Stage.To))})
		}
		groups[i].Rows = append(groups[i].Rows, trialRow(r, result.Trial{Target: d.Target, Invalid: d.Invalid}, stageCells(r, d.Result)))
	}
	return groups
}

func wholeGroup(r *result.Result) table.Group {
	g := table.Group{Head: "whole replay", Aside: unit.Span(r.Replay.Seconds)}
	for _, t := range r.Replay.Trials {
		cells := append(trafficCells(r, t.OfferedRPS, t.AchievedRPS, t.Hits, t.Errors, t.Latency), loadCells(t.Load)...)
		g.Rows = append(g.Rows, trialRow(r, t, append(cells, table.Cell{})))
	}
	return g
}

// trialRow returns the row of a trial. The figures of an invalid trial are grey.
func trialRow(r *result.Result, t result.Trial, cells []table.Cell) table.Row {
	if t.Invalid != "" {
		for i := range cells {
			cells[i].Tone = table.Quiet
		}
	}
	return table.Row{Head: t.Target, Target: facts.Index(r, t.Target), Cells: cells}
}

func trafficCells(r *result.Result, offered, achieved float64, hits, errors uint64, l result.Latency) []table.Cell {
	cells := []table.Cell{{Number: unit.Number(offered)}, {Number: unit.Number(achieved)}, errorCell(hits, errors, r.Scenario.Objective.Errors)}
	limit := math.Inf(1)
	if p95 := r.Scenario.Objective.P95; p95 > 0 {
		limit = p95
	}
	return append(cells, latencyCells(l, limit)...)
}

// latencyCells returns p50, p90, p95, p99 and max.
func latencyCells(l result.Latency, p95 float64) []table.Cell {
	cells := []table.Cell{timeCell(float64(l.P50)), timeCell(float64(l.P90)), timeCell(float64(l.P95)), timeCell(float64(l.P99)), timeCell(float64(l.Max))}
	if float64(l.P95) > p95 {
		cells[2].Tone = table.Bad
	}
	return cells
}

// loadCells returns busy cores, runnable mean and max, defunct max and memory.
func loadCells(l result.Load) []table.Cell {
	if !l.Known() {
		return slices.Repeat([]table.Cell{{Number: unit.Unknown, Tone: table.Quiet}}, 5)
	}
	return []table.Cell{
		{Number: unit.Fixed(l.CPUCores, 2)}, {Number: unit.Fixed(l.RunnableMean, 1)}, {Number: unit.Whole(l.RunnableMax)}, {Number: unit.Whole(l.DefunctMax)},
		table.Quantity(unit.Memory(l.MemoryMax)),
	}
}

func timeCell(x float64) table.Cell { return table.Quantity(unit.Seconds(x)) }

// errorCell formats a share of errors, marked as bad above a limit.
func errorCell(hits, errors uint64, limit float64) table.Cell {
	x := result.ErrorShare(hits, errors)
	c := table.Cell{Number: unit.Percent(x)}
	if x > limit {
		c.Tone = table.Bad
	}
	return c
}

// routesTable shows all targets side by side at each route of the mix.
func routesTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "Each route over the whole replay",
		Columns: []table.Column{
			{Name: "hits", Title: "right answers"}, {Name: "errors"}, {Name: "p50"}, {Name: "p90", Spare: 2},
			{Name: "p95"}, {Name: "p99"}, {Name: "max", Spare: 1},
		},
	}
	for _, route := range r.Scenario.Routes {
		g := table.Group{Head: route}
		for _, trial := range r.Replay.Trials {
			i := slices.IndexFunc(trial.Routes, func(x result.RouteResult) bool { return x.Route == route })
			if i < 0 {
				continue
			}
			x := trial.Routes[i]
			cells := []table.Cell{{Number: unit.Whole(x.Hits)}, errorCell(x.Hits, x.Errors, r.Scenario.Objective.Errors)}
			g.Rows = append(g.Rows, trialRow(r, trial, append(cells, latencyCells(x.Latency, math.Inf(1))...)))
		}
		t.Groups = append(t.Groups, g)
	}
	return t
}

// faultsTable shows the errors of each target by kind, with an example of each kind. It
// has no rows if there were none.
func faultsTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "Faults",
		Columns: []table.Column{{Name: "hits"}, {Name: "fault", Left: true}, {Name: "example", Left: true}},
	}
	g := table.Group{}
	for _, trial := range r.Replay.Trials {
		for _, f := range faults(trial.Faults) {
			g.Rows = append(g.Rows, table.Row{Head: trial.Target, Target: facts.Index(r, trial.Target),
				Cells: []table.Cell{{Number: unit.Whole(f.Count)}, {Number: f.kind}, {Number: f.Example}}})
		}
	}
	if len(g.Rows) > 0 {
		t.Groups = []table.Group{g}
	}
	return t
}

type fault struct {
	kind string
	result.Fault
}

// faults returns the kinds of fault, the most frequent first.
func faults(all map[string]result.Fault) []fault {
	var out []fault
	for kind, f := range all {
		out = append(out, fault{kind, f})
	}
	slices.SortFunc(out, func(a, b fault) int {
		if a.Count != b.Count {
			return cmp.Compare(b.Count, a.Count)
		}
		return cmp.Compare(a.kind, b.kind)
	})
	return out
}
