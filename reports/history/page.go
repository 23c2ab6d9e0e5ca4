package history

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
)

// HTML writes the groups of a history as one page that loads nothing. The group with the
// newest run comes first.
func HTML(w io.Writer, groups []history.Group) error {
	return document(views(groups)).Render(context.Background(), w)
}

// A view holds the parts of the page about one group.
type view struct {
	history.Group
	ID      string
	Figures []chart.Figure
	Changes *table.Table // nil if there are none
	Runs    table.Table
}

// views returns the groups, the one with the newest run first. Each figure has a unique
// name.
func views(groups []history.Group) []view {
	var views []view
	taken := map[string]bool{}
	for _, g := range slices.Backward(groups) {
		v := view{Group: g, ID: fmt.Sprintf("group-%d", len(views)+1), Runs: runsTable(g), Changes: changesTable(g)}
		for _, s := range g.Series {
			base := "history-" + string(s.Metric) + "-" + slug(s.Target)
			name := base
			for n := 2; taken[name]; n++ {
				name = fmt.Sprintf("%s-%d", base, n)
			}
			taken[name] = true
			v.Figures = append(v.Figures, figure(g, s, name))
		}
		views = append(views, v)
	}
	return views
}

// slug makes a name usable as a part of a file name.
func slug(name string) string {
	s := strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			return unicode.ToLower(c)
		}
		return '-'
	}, name)
	s = strings.Trim(s, "-")
	return s[:min(len(s), 40)]
}

// changesTable lists the steps of all series, nil if there are none.
func changesTable(g history.Group) *table.Table {
	t := table.Table{Caption: "Changes", Columns: []table.Column{
		{Name: "change"}, {Name: "95% interval"}, {Name: "from"}, {Name: "to"}, {Name: "between", Left: true}, {Name: "commit", Left: true},
	}}
	rows := []table.Row{}
	for _, s := range g.Series {
		for i, step := range s.Steps {
			after := g.Runs[s.Points[step.After].Run]
			rows = append(rows, table.Row{Head: seriesName(s), Target: slices.Index(seriesTargets(g), s.Target), Cells: []table.Cell{
				{Number: stepText(step), Tone: stepTone(s.Metric, step)}, {Number: stepInterval(step)},
				{Number: metricCell(s.Metric, s.Levels[i].Value).String()}, {Number: metricCell(s.Metric, s.Levels[i+1].Value).String()},
				{Number: stepPlace(g, s, step)}, {Number: runWords(after)},
			}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	t.Groups = []table.Group{{Rows: rows}}
	return &t
}

// runsTable has a row for each run and a column for each series.
func runsTable(g history.Group) table.Table {
	t := table.Table{Caption: "Runs", Columns: []table.Column{{Name: "date", Left: true}}}
	for _, s := range g.Series {
		detail := s.Target
		if s.Stage != "" {
			detail += ", " + s.Stage
		}
		t.Columns = append(t.Columns, table.Column{Name: string(s.Metric), Detail: detail, Title: seriesName(s)})
	}
	t.Columns = append(t.Columns, table.Column{Name: "commit", Left: true})
	rows := make([]table.Row, len(g.Runs))
	for i, r := range g.Runs {
		rows[i] = table.Row{Head: runName(r), Target: -1, Cells: []table.Cell{{Number: runDay(r), Tone: table.Quiet}}}
	}
	for _, s := range g.Series {
		cells := make([]table.Cell, len(g.Runs))
		for i := range cells {
			cells[i] = table.Cell{Number: unit.Unknown, Tone: table.Quiet}
		}
		for _, p := range s.Points {
			cells[p.Run] = metricCell(s.Metric, p.Value)
		}
		for i := range rows {
			rows[i].Cells = append(rows[i].Cells, cells[i])
		}
	}
	for i, r := range g.Runs {
		rows[i].Cells = append(rows[i].Cells, table.Cell{Number: runWords(r)})
	}
	t.Groups = []table.Group{{Rows: rows}}
	return t
}

// headline describes the first series of the newest group in a sentence.
func headline(views []view) string {
	if len(views) == 0 {
		return "The history has no matching runs."
	}
	s := views[0].Series[0]
	return initial(seriesName(s)) + ": " + seriesSummary(s) + "."
}

// css holds the additional styles of the page.
const css = "h2,section p,figure h3{overflow-wrap:anywhere}details{margin:1.8rem 0 0}summary{cursor:pointer}td.words:last-child{white-space:normal;min-width:14rem}@media(max-width:34rem){tbody td.words:last-child{min-width:0;grid-column:1/-1}}@media print{section td,section td.words{white-space:normal;min-width:0}section tbody th{min-width:5rem}}"
