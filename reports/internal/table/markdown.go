package table

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/reports/internal/markdown"
)

// Markdown writes the table; only the first row of a group has its head.
func (t Table) Markdown(m *markdown.Writer) {
	grouped := len(t.Groups) > 0 && t.Groups[0].Head != ""
	heads, rule := []string{""}, []string{":--"}
	if grouped {
		heads, rule = []string{"", ""}, []string{":--", ":--"}
	}
	for _, c := range t.Columns {
		heads = append(heads, c.label())
		rule = append(rule, map[bool]string{true: ":--", false: "--:"}[c.Left])
	}
	m.Printf("\n")
	m.Row(heads)
	m.Printf("|%s|\n", strings.Join(rule, "|"))
	for _, g := range t.Groups {
		for i, row := range g.Rows {
			var cells []string
			if grouped {
				cells = append(cells, map[bool]string{true: g.Head}[i == 0])
			}
			m.Row(append(cells, row.markdown()...))
		}
	}
	t.Notes.Markdown(m)
}

// markdown returns the row's cells, its head first.
func (r Row) markdown() []string {
	head := r.Head
	for _, n := range r.Marks {
		head += fmt.Sprintf(" (%d)", n)
	}
	cells := []string{head}
	for _, c := range r.Cells {
		cells = append(cells, c.String())
	}
	return cells
}

// Markdown writes the notes as a numbered list.
func (all Notes) Markdown(m *markdown.Writer) {
	if len(all) > 0 {
		m.Printf("\n")
	}
	for i, n := range all {
		m.Printf("%d. %s\n", i+1, markdown.Escape(n.Text))
	}
}

// Markdown writes the facts as a list.
func (all Facts) Markdown(m *markdown.Writer) {
	for _, f := range all {
		m.Printf("- **%s**", markdown.Escape(f.Term))
		if f.Text != "" {
			m.Printf(": %s", markdown.Escape(f.Text))
		}
		if f.Code != "" {
			m.Printf(": %s", markdown.CodeSpan(f.Code))
		}
		m.Printf("\n")
	}
}
