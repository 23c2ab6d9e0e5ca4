package reports

import (
	"fmt"
	"io"
	"slices"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
)

// HistoryText writes the series of a history as tables, a run in each row, with
// the steps between the rows.
func HistoryText(w io.Writer, groups []history.Group, o TextOptions) error {
	p := newPrinter(w, o)
	for i, g := range groups {
		if i > 0 {
			p.line("")
		}
		p.historyGroup(g)
	}
	if len(groups) > 1 {
		p.line("")
		p.paragraph(dim, "", apartText(groups))
	}
	return p.w.Flush()
}

// apartText says why there is more than one group.
func apartText(groups []history.Group) string {
	return fmt.Sprintf("These are %d histories: only runs of the same machine and workload are compared with each other.", len(groups))
}

func (p *printer) historyGroup(g history.Group) {
	p.paragraph(bold, "", settingText(g.Setting))
	if g.Left > 0 {
		p.paragraph(dim, "", leftText(g))
	}
	for _, s := range g.Series {
		p.line("")
		p.paragraph("", "", initial(seriesName(s))+": "+seriesSummary(s)+".")
		p.table(p.shortWords(seriesTable(g, s)))
	}
}

func leftText(g history.Group) string {
	return fmt.Sprintf("The newest %s; %s left out.", unit.Count(len(g.Runs), "run"), unit.Count(g.Left, "older one is", "older ones are"))
}

// shortWords cuts the last column so that it does not have to go.
func (p *printer) shortWords(t table) table {
	last := len(t.Columns) - 1
	room := p.width - t.headWidth()
	for _, w := range t.widths()[:last] {
		room -= 2 + w
	}
	for _, g := range t.Groups {
		for i := range g.Rows {
			c := &g.Rows[i].Cells[last]
			c.Number = cut(clean(c.Number), max(room-2, 12))
		}
	}
	return t
}

// seriesTable has a row for each run, and a group for each stretch between two
// steps.
func seriesTable(g history.Group, s history.Series) table {
	t := table{
		Caption: initial(seriesName(s)),
		Columns: []column{
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
	return t.without(func(c cell) bool { return c.Number == unit.Unknown || c.Number == "" })
}

// stretch is the group of rows after the i-th step; before it if i is 0.
func stretch(g history.Group, s history.Series, i int, points []history.Point) group {
	out := group{Rows: make([]row, len(points))}
	if i > 0 {
		step := s.Steps[i-1]
		out.Head = stepText(step) + " to " + metricCell(s.Metric, s.Levels[i].Value).String()
		out.Aside = "interval " + stepInterval(step) + ", " + stepPlace(g, s, step)
	}
	for j, p := range points {
		run := g.Runs[p.Run]
		value := metricCell(s.Metric, p.Value)
		if run.Doubt != "" {
			value.Tone = quiet
		}
		out.Rows[j] = row{Head: runName(run), Target: -1, Cells: []cell{
			{Number: runDay(run), Tone: quiet}, value, {Number: pointInterval(s.Metric, p), Tone: quiet}, {Number: runWords(run)},
		}}
	}
	return out
}

// seriesTargets is the order in which targets come, for their inks.
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
