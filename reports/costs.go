package reports

import (
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"
)

// costed reports whether there is a cost to show.
func costed(r *result.Result) bool {
	return slices.ContainsFunc(r.Targets, func(t result.Target) bool { return r.Costs[t.Name].Wall != nil })
}

// partWords are the names of parts as they are shown.
var partWords = map[string]string{
	result.PartGateway: "gateway", result.PartProcess: "process", result.PartRuntime: "runtime",
	result.PartStartup: "start-up", result.PartWork: "work", result.PartTotal: "total",
}

// costsTable shows what a request costs each target, part by part.
func costsTable(r *result.Result) table.Table {
	t := table.Table{Caption: "What a request costs, in ms of CPU time with one user"}
	g := table.Group{}
	for _, part := range append(result.Parts(), result.PartTotal) {
		g.Rows = append(g.Rows, table.Row{Head: partWords[part], Target: -1})
	}
	g.Rows = append(g.Rows, table.Row{Head: "answer", Target: -1})
	for i, target := range r.Targets {
		if c, ok := r.Costs[target.Name]; ok {
			t.Columns = append(t.Columns, costColumns(target.Name, i, c.Level)...)
			addCosts(g.Rows, c)
		}
	}
	t.Groups = []table.Group{g}
	t.Attach(costNotes(r))
	return t.WithoutEmpty()
}

// longestName is the room for a target's name above its columns.
const longestName = 16

// costColumns are those of a target. Where there is no room, page faults and intervals go,
// and then the last targets, since two can be compared everywhere.
func costColumns(name string, i int, level float64) []table.Column {
	short := text.Cut(text.Clean(name), longestName)
	return []table.Column{
		{Name: short, Detail: "ms", Title: "CPU time of a request of " + name, Spare: max(0, i-1)},
		{Name: "interval", Detail: unit.Percent(level), Title: "confidence interval of the time of " + name, Spare: 1000 + i},
		{Name: "page", Detail: "faults", Title: "page faults of a request of " + name, Spare: 100 + i},
		{Name: "switches", Title: "context switches of a request of " + name, Spare: 2000 + i},
	}
}

// addCosts adds the cells of a target to the rows.
func addCosts(rows []table.Row, c result.TargetCosts) {
	names := append(result.Parts(), result.PartTotal)
	for i, name := range names {
		rows[i].Cells = append(rows[i].Cells, costCells(c, name)...)
	}
	answer := &rows[len(names)]
	if c.Wall == nil {
		answer.Cells = append(answer.Cells, make([]table.Cell, 4)...)
		return
	}
	answer.Cells = append(answer.Cells, milliseconds(c.Wall.Seconds, table.Quiet), span(c.Wall.Low, c.Wall.High), table.Cell{}, table.Cell{})
}

// costCells are those of one part of a target.
func costCells(c result.TargetCosts, name string) []table.Cell {
	part := c.Part(name)
	switch {
	case part == nil:
		return []table.Cell{{Number: holder(c, name), Tone: table.Quiet}, {}, {}, {}}
	case part.Below:
		return []table.Cell{{Number: "< " + unit.Number(1e3*float64(part.High)), Tone: table.Quiet}, {}, count(part.PageFaults), count(part.ContextSwitches)}
	}
	tone := table.Plain
	if name == result.PartTotal {
		tone = table.Strong
	}
	return []table.Cell{milliseconds(part.CPUSeconds, tone), span(part.Low, part.High), count(part.PageFaults), count(part.ContextSwitches)}
}

// holder names the part whose figure includes another; empty if there is none.
func holder(c result.TargetCosts, name string) string {
	for _, other := range result.Parts() {
		if p := c.Part(other); p != nil && slices.Contains(p.With, name) {
			return "in " + partWords[other]
		}
	}
	return ""
}

func milliseconds(seconds float64, tone table.Tone) table.Cell {
	return table.Cell{Number: unit.Number(1e3 * seconds), Tone: tone}
}

// span is an interval in milliseconds.
func span(low, high result.Float) table.Cell {
	if !low.Known() || !high.Known() {
		return table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	}
	return table.Cell{Number: unit.Number(1e3*float64(low)) + " to " + unit.Number(1e3*float64(high))}
}

// count is a mean number of events per request.
func count(n result.Float) table.Cell {
	if !n.Known() {
		return table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	}
	decimals := 0
	if n < 10 {
		decimals = 1
	}
	return table.Cell{Number: unit.Fixed(float64(n), decimals)}
}
