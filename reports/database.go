package reports

import (
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
)

// databased reports whether there are figures of a database server.
func databased(r *result.Result) bool { return len(r.Database) > 0 }

// databaseMethod describes the server in a sentence.
func databaseMethod(r *result.Result) string {
	return "What the targets made the database server do, per request: " + r.Environment.Database + "."
}

// databaseTable shows all targets side by side, in each part of the run.
func databaseTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "The database server, per request",
		Columns: []table.Column{
			{Name: "connections", Detail: "per hit", Title: "connections that the target opened, per request"},
			{Name: "transactions", Detail: "per hit", Title: "transactions committed or rolled back, per request"},
			{Name: "CPU", Detail: "ms per hit", Title: "CPU time of the server's process tree, per request"},
			{Name: "rows", Detail: "per hit", Title: "rows returned by scans and fetched by indexes, per request", Spare: 4},
			{Name: "blocks", Detail: "per hit", Title: "blocks read, or found in shared memory, per request", Spare: 3},
			{Name: "CPU", Detail: "cores", Title: "cores busy with the server's process tree, on average", Spare: 1},
			{Name: "processes", Detail: "max", Title: "processes of the server, at most", Spare: 2},
			{Name: "memory", Detail: "max", Title: "resident memory of the server's processes, at most; shared memory counts for each", Spare: 5},
			{Name: "refused", Title: "connections that the server refused because it had too many", Spare: 6},
		},
	}
	for _, part := range databaseParts {
		if g := databaseGroup(r, part); len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	t.Attach(warningsAbout(r, result.AboutDatabase))
	return t.WithoutEmpty()
}

// A databasePart is a part of the run.
type databasePart struct {
	head, aside string
	of          func(result.DatabaseUse) *result.DatabasePhase
}

var databaseParts = []databasePart{
	{"capacity", "users who never wait", func(u result.DatabaseUse) *result.DatabasePhase { return u.Capacity }},
	{"replay", "the same requests at the same times for each target", func(u result.DatabaseUse) *result.DatabasePhase { return u.Replay }},
}

func databaseGroup(r *result.Result, part databasePart) table.Group {
	g := table.Group{Head: part.head, Aside: part.aside}
	for i, t := range r.Targets {
		if p := part.of(r.Database[t.Name]); p != nil {
			g.Rows = append(g.Rows, table.Row{Head: t.Name, Target: i, Cells: databaseCells(p)})
		}
	}
	return g
}

func databaseCells(p *result.DatabasePhase) []table.Cell {
	cells := []table.Cell{each(p.Connections, 1), each(p.Transactions, 1), each(p.CPUSeconds, 1e3), each(p.Rows, 1), each(p.Blocks, 1)}
	if p.Load.Known() {
		cells = append(cells, table.Cell{Number: unit.Fixed(p.Load.CPUCores, 2)}, table.Cell{Number: unit.Whole(p.Load.AliveMax)}, table.Cell{Number: unit.Memory(p.Load.MemoryMax)})
	} else {
		cells = append(cells, table.Cell{}, table.Cell{}, table.Cell{})
	}
	refused := table.Cell{}
	if p.Refused > 0 {
		refused = table.Cell{Number: unit.Whole(uint64(p.Refused)), Tone: table.Bad}
	}
	return append(cells, refused)
}

// each is a number per request.
func each(x result.Float, scale float64) table.Cell {
	if !x.Known() {
		return table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	}
	return table.Cell{Number: unit.Number(scale * float64(x))}
}

// databaseTrials are the samples of the database server in the replay, as trials, so that
// they are drawn like those of the targets.
func databaseTrials(r *result.Result) *result.Result {
	out := *r
	out.Replay = nil
	if r.Replay == nil {
		return &out
	}
	replay := *r.Replay
	replay.Trials = nil
	for _, t := range r.Replay.Trials {
		if p := r.Database[t.Target].Replay; p != nil && len(p.Samples) > 0 {
			replay.Trials = append(replay.Trials, result.Trial{Target: t.Target, Load: p.Load, Samples: p.Samples, Series: t.Series})
		}
	}
	out.Replay = &replay
	return &out
}

// processesFigure shows the processes of the database server over time: PostgreSQL has one
// for each connection.
func processesFigure(r *result.Result) *chart.Figure {
	return loadFigure(databaseTrials(r), chart.Figure{
		Name: "database-processes", Title: "Database: processes", Axis: "processes of the database server",
		Caption: "Processes of the database server during the replay against each target: it starts one for each connection. The line is the average of each second, the band the range of its ten samples.",
		Alt:     "Processes of the database server over time. ",
	}, counted(func(s result.Sample) int { return s.Alive }), func(l result.Load) string {
		return unit.Count(l.AliveMax, "process", "processes") + " at most"
	})
}

// databaseCoresFigure shows the CPU time of the database server over time.
func databaseCoresFigure(r *result.Result) *chart.Figure {
	return loadFigure(databaseTrials(r), chart.Figure{
		Name: "database-cores", Title: "Database: cores busy", Axis: "cores busy with the database server",
		Caption: "CPU time of the database server's process tree during the replay against each target, over each second.",
		Alt:     "Cores busy with the database server over time. ",
	}, coresBySecond, func(l result.Load) string { return unit.Fixed(l.CPUCores, 2) + " cores busy on average" })
}

// ofDatabase are the names of the figures above.
var ofDatabase = []string{"database-processes", "database-cores"}

func isOfDatabase(name string) bool { return slices.Contains(ofDatabase, name) }
