package reports

import (
	"slices"
	"strings"
)

// table prints a table, without the columns that have no room.
func (p *printer) table(t table) {
	t = t.fit(p.width)
	widths, head := t.widths(), t.headWidth()
	head = min(head, max(shortestHead, p.width-total(widths)))
	p.line(p.in(dim, t.heads(widths, head, func(c column) string { return c.Name })))
	if second := strings.TrimRight(t.heads(widths, head, func(c column) string { return c.Detail }), " "); second != "" {
		p.line(p.in(dim, second))
	}
	for _, g := range t.Groups {
		indent := ""
		if g.Head != "" {
			indent = "  "
			p.group(g)
		}
		for _, r := range g.Rows {
			p.row(t, r, indent, widths, head)
		}
	}
	p.notes(t.Notes)
}

// group prints the head of a group, with its aside if there is room.
func (p *printer) group(g group) {
	head, aside := clean(g.Head), clean(g.Aside)
	if aside == "" || length(head)+2+length(aside) > p.width {
		p.line(p.in(bold, cut(head, p.width)))
		return
	}
	p.line(p.in(bold, head) + p.in(dim, ": "+aside))
}

func (p *printer) row(t table, r row, indent string, widths []int, head int) {
	line := pad(indent+cut(clean(r.Head), head-length(indent)), head, true)
	for i, c := range r.Cells {
		text := pad(clean(c.text(t, i)), widths[i], t.Columns[i].Left)
		line += "  " + p.in(toneAnsi[c.Tone], text)
	}
	p.line(line)
}

var toneAnsi = map[tone]ansi{bad: red, good: green, quiet: dim, strong: bold}

// text is a cell with its unit as wide as all units of its column, so that the
// last digits stand one below the other.
func (c cell) text(t table, column int) string {
	width := t.unitWidth(column)
	switch {
	case width == 0:
		return c.Number
	case c.Unit == "":
		return c.Number + strings.Repeat(" ", width+1)
	}
	return c.Number + " " + pad(c.Unit, width, true)
}

func (t table) unitWidth(column int) int {
	width := 0
	t.each(column, func(c cell) { width = max(width, length(c.Unit)) })
	return width
}

func (t table) each(column int, visit func(cell)) {
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			visit(r.Cells[column])
		}
	}
}

// widths are the widths of the columns.
func (t table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = max(length(c.Name), length(c.Detail))
		t.each(i, func(c cell) { widths[i] = max(widths[i], length(clean(c.text(t, i)))) })
	}
	return widths
}

// The room for a name: what it gets at most, and what is left of it at least
// where columns that may not go need the rest.
const (
	longestHead  = 24
	shortestHead = 8
)

// total is the width of columns, each with the gap before it.
func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		sum += 2 + w
	}
	return sum
}

// headWidth is the width of the rows' heads.
func (t table) headWidth() int {
	width := 0
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			w := length(clean(r.Head))
			if g.Head != "" {
				w += 2
			}
			width = max(width, w)
		}
	}
	return min(width, longestHead)
}

func (t table) heads(widths []int, head int, text func(column) string) string {
	line := strings.Repeat(" ", head)
	for i, c := range t.Columns {
		line += "  " + pad(clean(text(c)), widths[i], c.Left)
	}
	return line
}

// fit takes away spare columns until the table is no wider than width.
func (t table) fit(width int) table {
	for t.headWidth()+total(t.widths()) > width && t.spare() {
		t = t.withoutSparest()
	}
	return t
}

func (t table) spare() bool {
	return slices.ContainsFunc(t.Columns, func(c column) bool { return c.Spare > 0 })
}

func (t table) withoutSparest() table {
	sparest := 0
	for i, c := range t.Columns {
		if c.Spare > t.Columns[sparest].Spare {
			sparest = i
		}
	}
	var keep []int
	for i := range t.Columns {
		if i != sparest {
			keep = append(keep, i)
		}
	}
	return t.only(keep)
}

// pad fills a text with blanks, on its right if it is left-aligned.
func pad(s string, width int, left bool) string {
	blanks := strings.Repeat(" ", max(0, width-length(s)))
	if left {
		return s + blanks
	}
	return blanks + s
}

// cut shortens a text that has no room.
func cut(s string, width int) string {
	if length(s) <= width {
		return s
	}
	return columns.Truncate(s, width, "…")
}
