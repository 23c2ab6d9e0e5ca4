package history

import (
	"fmt"
	"io"
	"slices"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"
)

// Text writes the series of a history as tables, a run in each row, with
// the steps between the rows.
func Text(w io.Writer, groups []history.Group, o text.Options) error {
	p := text.NewPrinter(w, o)
	for i, g := range groups {
		if i > 0 {
			p.Line("")
		}
		printGroup(p, g)
	}
	if len(groups) > 1 {
		p.Line("")
		p.Paragraph(text.Dim, "", apartText(groups))
	}
	return p.Flush()
}

// apartText explains why there is more than one group.
func apartText(groups []history.Group) string {
	return fmt.Sprintf("These are %d histories: only runs of the same machine and workload are compared with each other.", len(groups))
}

func printGroup(p *text.Printer, g history.Group) {
	p.Paragraph(text.Bold, "", settingText(g.Setting))
	if g.Left > 0 {
		p.Paragraph(text.Dim, "", leftText(g))
	}
	for _, s := range g.Series {
		p.Line("")
		p.Paragraph("", "", initial(seriesName(s))+": "+seriesSummary(s)+".")
		seriesTable(g, s).CutLast(p.Width).Text(p)
	}
}

func leftText(g history.Group) string {
	return fmt.Sprintf("The newest %s; %s left out.", unit.Count(len(g.Runs), "run"), unit.Count(g.Left, "older one is", "older ones are"))
}

// seriesTable has a row for each run, and a group for each stretch between two
// steps.
func seriesTable(g history.Group, s history.Series) table.Table {
	t := table.Table{
		Caption: initial(seriesName(s)),
		Columns: []table.Column{
			{Name: "date", Left: true}, {Name: string(s.Metric)}, {Name: "95% interval", Spare: 1}, {Name: "", Left: true, Spare: 2},
		},
	}
	from := 0
	for i := range len(s.Steps) + 1 {
		to := len(s.Points)
		if i < len(s.Steps) {
			to = s.Steps[i].After
		}
		t.Groups = append(t.Groups, stretch(g, s, i, s.Points[from:to]))
		from = to
	}
	return t.WithoutEmpty()
}

// stretch returns the group of rows after the i-th step, or before the first if i is 0.
func stretch(g history.Group, s history.Series, i int, points []history.Point) table.Group {
	out := table.Group{Rows: make([]table.Row, len(points))}
	if i > 0 {
		step := s.Steps[i-1]
		out.Head = stepText(step) + " to " + metricCell(s.Metric, s.Levels[i].Value).String()
		out.Aside = "interval " + stepInterval(step) + ", " + stepPlace(g, s, step)
	}
	for j, p := range points {
		run := g.Runs[p.Run]
		value := metricCell(s.Metric, p.Value)
		if run.Excluded != "" {
			value.Tone = table.Quiet
		}
		out.Rows[j] = table.Row{Head: runName(run), Target: -1, Cells: []table.Cell{
			{Number: runDay(run), Tone: table.Quiet}, value, {Number: pointInterval(s.Metric, p), Tone: table.Quiet}, {Number: runWords(run)},
		}}
	}
	return out
}

// seriesTargets returns the order of the targets, which determines their colours.
func seriesTargets(g history.Group) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, s := range g.Series {
		add(s.Against) // the baseline comes first, as everywhere
	}
	for _, s := range g.Series {
		add(s.Target)
	}
	return names
}
