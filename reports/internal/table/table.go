// Package table holds what reports show as rows: a Table, the Notes beneath it and Facts.
// Each becomes text, Markdown and HTML, by a method for each form. Columns that have no
// room in a terminal are left out.
package table

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// A Table is what the terminal, the page and the summary show alike: rows in
// groups, a target in each row.
type Table struct {
	Caption string
	Columns []Column // of the cells; the head of a row stands before them
	Groups  []Group
	Notes   Notes
}

// A Column has a head of up to two lines: the quantity, and its unit or which
// of several it is.
type Column struct {
	Name, Detail string
	Title        string // the whole of it, for readers who ask
	Spare        int    // where there is no room, columns go in descending order; 0 stays
	Left         bool   // words, not numbers
}

// label names a column where its head cannot be seen: "runnable max".
func (c Column) label() string { return strings.TrimSpace(c.Name + " " + c.Detail) }

// A Group of rows is about one thing: a stage, a route.
type Group struct {
	Head, Aside string
	Rows        []Row
}

type Row struct {
	Head   string
	Target int // number of the target, −1 for none
	Cells  []Cell
	Marks  []int // numbers of notes, from 1
}

// A Cell is a number with its unit, so that units can be aligned.
type Cell struct {
	Number, Unit string
	Tone         Tone
}

// Quantity is the cell of a number that is printed with its unit, or is not known.
func Quantity(text string) Cell {
	if text == unit.Unknown {
		return Cell{Number: text, Tone: Quiet}
	}
	number, name, _ := strings.Cut(text, " ")
	return Cell{Number: number, Unit: name}
}

func (c Cell) String() string {
	if c.Unit == "" {
		return c.Number
	}
	return c.Number + " " + c.Unit
}

// A Tone says what a cell means for its target.
type Tone int

const (
	plain Tone = iota
	Good
	Bad
	Quiet
	Strong
)

// Notes are numbered where they are shown.
type Notes []Note

// A Note is a warning about the rows of a target or the whole table.
type Note struct {
	Target int // −1: about all
	Text   string
}

// WithoutEmpty returns the table without its empty columns: a system that cannot
// look into a process tree has nothing to show there.
func (t Table) WithoutEmpty() Table {
	var keep []int
	for i := range t.Columns {
		if !t.all(i, func(c Cell) bool { return c.Number == "" || c.Number == unit.Unknown }) {
			keep = append(keep, i)
		}
	}
	return t.only(keep)
}

func (t Table) all(i int, is func(Cell) bool) bool {
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if !is(r.Cells[i]) {
				return false
			}
		}
	}
	return true
}

// Unnamed returns the table without the columns of such names.
func (t Table) Unnamed(names ...string) Table {
	var keep []int
	for i, c := range t.Columns {
		if !slices.Contains(names, c.Name) {
			keep = append(keep, i)
		}
	}
	return t.only(keep)
}

// only returns the table with some of its columns.
func (t Table) only(keep []int) Table {
	out := t
	out.Columns, out.Groups = nil, nil
	for _, i := range keep {
		out.Columns = append(out.Columns, t.Columns[i])
	}
	for _, g := range t.Groups {
		rows := make([]Row, len(g.Rows))
		for j, r := range g.Rows {
			rows[j] = r
			rows[j].Cells = nil
			for _, i := range keep {
				rows[j].Cells = append(rows[j].Cells, r.Cells[i])
			}
		}
		out.Groups = append(out.Groups, Group{Head: g.Head, Aside: g.Aside, Rows: rows})
	}
	return out
}

// paired reports whether the heads of the groups stand beside their rows: those
// that are only a name.
func (t Table) paired() bool {
	return len(t.Groups) > 0 && t.Groups[0].Head != "" && t.Groups[0].Aside == ""
}

// Attach puts notes beneath a table and their numbers beside its rows.
func (t *Table) Attach(all Notes) {
	for _, n := range all {
		t.Notes = append(t.Notes, n)
		if n.Target < 0 {
			continue
		}
		for _, g := range t.Groups {
			for i := range g.Rows {
				if g.Rows[i].Target == n.Target {
					g.Rows[i].Marks = append(g.Rows[i].Marks, len(t.Notes))
				}
			}
		}
	}
}
