package reports

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
)

// HistoryHTML writes the groups of a history as one page that loads nothing,
// the one with the newest run first.
func HistoryHTML(w io.Writer, groups []history.Group) error {
	return historyPage(historyViews(groups)).Render(context.Background(), w)
}

// A historyView is a group as the page shows it.
type historyView struct {
	history.Group
	ID      string
	Figures []Figure
	Changes *table // nil if there are none
	Runs    table
}

// historyViews are the groups, the one with the newest run first. Each figure
// has a name of its own.
func historyViews(groups []history.Group) []historyView {
	var views []historyView
	taken := map[string]bool{}
	for _, g := range slices.Backward(groups) {
		v := historyView{Group: g, ID: fmt.Sprintf("group-%d", len(views)+1), Runs: runsTable(g), Changes: changesTable(g)}
		for _, s := range g.Series {
			base := "history-" + string(s.Metric) + "-" + slug(s.Target)
			name := base
			for n := 2; taken[name]; n++ {
				name = fmt.Sprintf("%s-%d", base, n)
			}
			taken[name] = true
			v.Figures = append(v.Figures, historyFigure(g, s, name))
		}
		views = append(views, v)
	}
	return views
}

// slug is a name as a part of a file's name.
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
func changesTable(g history.Group) *table {
	t := table{Caption: "Changes", Columns: []column{
		{Name: "change"}, {Name: "95% interval"}, {Name: "from"}, {Name: "to"}, {Name: "between", Left: true}, {Name: "commit", Left: true},
	}}
	rows := []row{}
	for _, s := range g.Series {
		for i, step := range s.Steps {
			after := g.Runs[s.Points[step.After].Run]
			rows = append(rows, row{Head: seriesName(s), Target: slices.Index(seriesTargets(g), s.Target), Cells: []cell{
				{Number: stepText(step), Tone: stepTone(s.Metric, step)}, {Number: stepInterval(step)},
				{Number: metricCell(s.Metric, s.Levels[i].Value).String()}, {Number: metricCell(s.Metric, s.Levels[i+1].Value).String()},
				{Number: stepPlace(g, s, step)}, {Number: runWords(after)},
			}})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	t.Groups = []group{{Rows: rows}}
	return &t
}

// runsTable has a row for each run and a column for each series.
func runsTable(g history.Group) table {
	t := table{Caption: "Runs", Columns: []column{{Name: "date", Left: true}}}
	for _, s := range g.Series {
		detail := s.Target
		if s.Stage != "" {
			detail += ", " + s.Stage
		}
		t.Columns = append(t.Columns, column{Name: string(s.Metric), Detail: detail, Title: seriesName(s)})
	}
	t.Columns = append(t.Columns, column{Name: "commit", Left: true})
	rows := make([]row, len(g.Runs))
	for i, r := range g.Runs {
		rows[i] = row{Head: runName(r), Target: -1, Cells: []cell{{Number: runDay(r), Tone: quiet}}}
	}
	for _, s := range g.Series {
		cells := make([]cell, len(g.Runs))
		for i := range cells {
			cells[i] = cell{Number: unit.Unknown, Tone: quiet}
		}
		for _, p := range s.Points {
			cells[p.Run] = metricCell(s.Metric, p.Value)
		}
		for i := range rows {
			rows[i].Cells = append(rows[i].Cells, cells[i])
		}
	}
	for i, r := range g.Runs {
		rows[i].Cells = append(rows[i].Cells, cell{Number: runWords(r)})
	}
	t.Groups = []group{{Rows: rows}}
	return t
}

// historyHeadline is the first series of the newest group in a sentence.
func historyHeadline(views []historyView) string {
	if len(views) == 0 {
		return "The history holds no such runs."
	}
	s := views[0].Series[0]
	return initial(seriesName(s)) + ": " + seriesSummary(s) + "."
}

// historyStyles is what the page has beside the styles of all pages.
func historyStyles() templ.Component {
	return templ.Raw("<style>h2,section p,figure h3{overflow-wrap:anywhere}details{margin:1.8rem 0 0}summary{cursor:pointer}td.words:last-child{white-space:normal;min-width:14rem}@media(max-width:34rem){tbody td.words:last-child{min-width:0;grid-column:1/-1}}@media print{section td,section td.words{white-space:normal;min-width:0}section tbody th{min-width:5rem}}</style>")
}
