package table

import (
	"strings"

	"github.com/classibench/classibench/reports/internal/text"
)

// Text prints the table with the columns that fit.
func (t Table) Text(p *text.Printer) {
	t = t.fit(p.Width)
	widths, head := t.widths(), t.headWidth()
	head = min(head, max(shortestHead, p.Width-total(widths)))
	p.Line(p.In(text.Dim, t.heads(widths, head, func(c Column) string { return c.Name })))
	if second := strings.TrimRight(t.heads(widths, head, func(c Column) string { return c.Detail }), " "); second != "" {
		p.Line(p.In(text.Dim, second))
	}
	for _, g := range t.Groups {
		indent := ""
		if g.Head != "" {
			indent = "  "
			g.text(p)
		}
		for _, r := range g.Rows {
			t.row(p, r, indent, widths, head)
		}
	}
	t.Notes.Text(p)
}

// text prints the head of a group, with its aside if there is room.
func (g Group) text(p *text.Printer) {
	head, aside := text.Clean(g.Head), text.Clean(g.Aside)
	if aside == "" || text.Width(head)+2+text.Width(aside) > p.Width {
		p.Line(p.In(text.Bold, text.Cut(head, p.Width)))
		return
	}
	p.Line(p.In(text.Bold, head) + p.In(text.Dim, ": "+aside))
}

func (t Table) row(p *text.Printer, r Row, indent string, widths []int, head int) {
	line := text.Pad(indent+text.Cut(text.Clean(r.Head), head-text.Width(indent)), head, true)
	for i, c := range r.Cells {
		text := text.Pad(text.Clean(c.aligned(t, i)), widths[i], t.Columns[i].Left)
		line += "  " + p.In(toneAnsi[c.Tone], text)
	}
	p.Line(line)
}

var toneAnsi = map[Tone]text.Style{Bad: text.Red, Good: text.Green, Quiet: text.Dim, Strong: text.Bold}

// aligned returns a cell whose unit is as wide as all units of its column, so that the last
// digits are aligned.
func (c Cell) aligned(t Table, column int) string {
	width := t.unitWidth(column)
	switch {
	case width == 0:
		return c.Number
	case c.Unit == "":
		return c.Number + strings.Repeat(" ", width+1)
	}
	return c.Number + " " + text.Pad(c.Unit, width, true)
}

func (t Table) unitWidth(column int) int {
	width := 0
	for c := range t.cells(column) {
		width = max(width, text.Width(c.Unit))
	}
	return width
}

// widths returns the widths of the columns.
func (t Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = max(text.Width(c.Name), text.Width(c.Detail))
		for c := range t.cells(i) {
			widths[i] = max(widths[i], text.Width(text.Clean(c.aligned(t, i))))
		}
	}
	return widths
}

// The width of a name: the most that it gets, and the least that remains if columns that must
// stay need the rest.
const (
	longestHead  = 24
	shortestHead = 8
)

// total returns the width of columns, each with the gap before it.
func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		sum += 2 + w
	}
	return sum
}

// headWidth returns the width of the rows' heads.
func (t Table) headWidth() int {
	width := 0
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			w := text.Width(text.Clean(r.Head))
			if g.Head != "" {
				w += 2
			}
			width = max(width, w)
		}
	}
	return min(width, longestHead)
}

func (t Table) heads(widths []int, head int, of func(Column) string) string {
	line := strings.Repeat(" ", head)
	for i, c := range t.Columns {
		line += "  " + text.Pad(text.Clean(of(c)), widths[i], c.Left)
	}
	return line
}

// fit removes spare columns, those with the highest Spare first, until the table is no wider
// than width.
func (t Table) fit(width int) Table {
	for t.headWidth()+total(t.widths()) > width {
		sparest := 0
		for i, c := range t.Columns {
			if c.Spare > t.Columns[sparest].Spare {
				sparest = i
			}
		}
		if t.Columns[sparest].Spare == 0 {
			return t
		}
		t = t.with(func(column int) bool { return column != sparest })
	}
	return t
}

// Text prints each note as a paragraph.
func (all Notes) Text(p *text.Printer) {
	for _, n := range all {
		p.Paragraph(text.Yellow, "  ! ", n.Text)
	}
}

// CutLast returns the table with its last column shortened, so that it need not be removed.
func (t Table) CutLast(width int) Table {
	last := len(t.Columns) - 1
	room := width - t.headWidth()
	for _, w := range t.widths()[:last] {
		room -= 2 + w
	}
	for c := range t.cells(last) {
		c.Number = text.Cut(text.Clean(c.Number), max(room-2, 12))
	}
	return t
}
