// Package story compares the claims of the success story of a move away from CGI with the
// figures of a run. Begin with Markdown.
package story

import (
	"fmt"
	"io"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/markdown"
	"github.com/classibench/classibench/reports/internal/table"
)

// Markdown writes the claims of the success story, each with the figures of a result. The
// candidate is the target that represents the program after the move.
func Markdown(w io.Writer, r *result.Result, candidate string) error {
	m := markdown.New(w)
	m.Printf("# The success story, measured\n\n%s\n", markdown.Escape(introduction))
	m.Printf("\n%s\n", markdown.Escape(fmt.Sprintf("Below, %s is the program before the move and %s the program after it.", r.Baseline(), candidate)))
	for _, c := range result.StoryClaims(r, candidate) {
		claim(m, c)
	}
	m.Section("All targets", "")
	targets(r).Markdown(m)
	if t := stages(r); len(t.Groups) > 0 {
		m.Section("Stage by stage", "")
		t.Markdown(m)
	}
	warnings(m, r)
	m.Section("How it was measured", "")
	m.Printf("\n")
	facts.Of(r).Markdown(m)
	return m.Flush()
}

const introduction = "A classifieds site in Perl CGI under Apache had half a million hits a day, and overnight a million. " +
	"It failed at peak hours. After the move to mod_perl it carried two million hits a day, and its machines were idle. " +
	"This page compares each claim of that story with a run of classibench. " +
	"The machine is not the one of the story, so a claim about absolute numbers may not reproduce; it is then shown as not reproduced."

func claim(m *markdown.Writer, c result.Claim) {
	m.Section(c.Text+": "+string(c.Outcome), "")
	m.Printf("\n- Measured: %s\n- Reproduced if: %s\n", markdown.Escape(c.Measured), markdown.Escape(c.Rule))
}

// targets returns the throughput, the gain and the hits per day of each target.
func targets(r *result.Result) table.Table {
	t := table.Table{Columns: []table.Column{
		{Name: "carried", Detail: "hits/s"}, {Name: "gain"}, {Name: "interval"}, {Name: "objective met", Detail: "hits/day"}, {Name: "missed", Detail: "hits/day"},
	}}
	var rows []table.Row
	for i, x := range r.Targets {
		rows = append(rows, table.Row{Head: x.Name, Target: i, Cells: append(gainCells(r, x.Name), carriedCells(r, x.Name)...)})
	}
	t.Groups = []table.Group{{Rows: rows}}
	return t
}

// gainCells returns the throughput, the gain and its interval.
func gainCells(r *result.Result, target string) []table.Cell {
	unknown := table.Cell{Number: unit.Unknown}
	cells := []table.Cell{unknown, unknown, unknown}
	if r.Capacity == nil || r.GainInvalid(target) != "" {
		return cells
	}
	if x, known := r.Capacity.Throughput[target]; known {
		cells[0] = table.Cell{Number: unit.Number(x.RPS)}
	}
	if g, known := r.Capacity.GainOf(target); known && g.Bounded() {
		cells[1] = table.Cell{Number: unit.Times(g.Ratio)}
		cells[2] = table.Cell{Number: unit.Times(g.Low) + " to " + unit.Times(g.High)}
	}
	if target == r.Baseline() {
		cells[1] = table.Cell{Number: "1×"}
	}
	return cells
}

// carriedCells returns the highest rate in hits per day at which the target met the
// objective, and the lowest at which it missed it.
func carriedCells(r *result.Result, target string) []table.Cell {
	c, known := result.CarriedOf(r, target)
	if !known {
		return []table.Cell{{Number: unit.Unknown}, {Number: unit.Unknown}}
	}
	met, missed := unit.Unknown, "not reached"
	if c.Met > 0 {
		met = unit.Millions(c.Met)
	}
	switch {
	case c.Missed > 0:
		missed = unit.Millions(c.Missed)
	case c.Invalid > 0:
		missed = "invalid at " + unit.Millions(c.Invalid) + ": " + c.Why
	}
	return []table.Cell{{Number: met}, {Number: missed}}
}

// stages returns the figures of each target in each stage of the replay.
func stages(r *result.Result) table.Table {
	t := table.Table{Columns: []table.Column{
		{Name: "errors"}, {Name: "p50"}, {Name: "p95"}, {Name: "CPU", Detail: "cores"}, {Name: "runnable", Detail: "mean"}, {Name: "defunct", Detail: "max"}, {Name: "objective", Left: true},
	}}
	if r.Replay == nil {
		return t
	}
	for i, s := range r.Replay.Stages {
		g := table.Group{Head: fmt.Sprintf("%s: %s hits/s", s.Name, unit.Plain(s.Offered))}
		for _, trial := range r.Replay.Trials {
			if i < len(trial.Stages) {
				g.Rows = append(g.Rows, table.Row{Head: trial.Target, Cells: stageCells(trial.Stages[i], trial.Invalid)})
			}
		}
		t.Groups = append(t.Groups, g)
	}
	t.Groups = append(t.Groups, doubled(r.Replay.Doubled)...)
	return t
}

// doubled has what each target did at the rates after the replay.
func doubled(all []result.Doubled) (groups []table.Group) {
	for _, d := range all {
		head := fmt.Sprintf("%s: %s hits/s", d.Stage.Rate, unit.Plain(d.Stage.Offered))
		i := slices.IndexFunc(groups, func(g table.Group) bool { return g.Head == head })
		if i < 0 {
			i, groups = len(groups), append(groups, table.Group{Head: head})
		}
		groups[i].Rows = append(groups[i].Rows, table.Row{Head: d.Target, Cells: stageCells(d.Result, d.Invalid)})
	}
	return groups
}

func stageCells(s result.StageResult, invalid string) []table.Cell {
	outcome := "missed"
	switch {
	case invalid != "":
		outcome = "invalid"
	case s.Meets:
		outcome = "met"
	}
	cells := []table.Cell{{Number: unit.Percent(result.ErrorShare(s.Hits, s.Errors))}, {Number: unit.Seconds(float64(s.Latency.P50))}, {Number: unit.Seconds(float64(s.Latency.P95))}}
	load := slices.Repeat([]table.Cell{{Number: unit.Unknown}}, 3)
	if s.Load.Known() {
		load = []table.Cell{{Number: unit.Fixed(s.Load.CPUCores, 2)}, {Number: unit.Fixed(s.Load.RunnableMean, 1)}, {Number: unit.Whole(s.Load.DefunctMax)}}
	}
	return append(append(cells, load...), table.Cell{Number: outcome})
}

// warnings lists all warnings of the run, since each may concern a claim.
func warnings(m *markdown.Writer, r *result.Result) {
	var all []string
	for _, w := range slices.Concat(r.Verdict.Invalid, r.Warnings) {
		all = append(all, w.About+": "+w.Text)
	}
	if len(all) > 0 {
		m.Section("Warnings", "")
		m.List(all)
	}
}
