// Package table provides the rows of reports: a Table, the Notes below it, and Facts. Each
// has a method for text, Markdown and HTML. A terminal shows only the columns that fit.
package table

import (
	"iter"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// A Table is shown by the terminal, the page and the summary: rows in groups, a target in
// each row.
type Table struct {
	Caption string
	Columns []Column // of the cells, after the head of a row
	Groups  []Group
	Notes   Notes
}

// A Column has a head of up to two lines: the quantity, and its unit or another detail.
type Column struct {
	Name, Detail string
	Title        string // the full name, shown when a pointer rests on the head
	Spare        int    // without room, columns are removed in descending order; 0 stays
	Left         bool   // words, not numbers
}

// label names a column if its head is not visible: "runnable max".
func (c Column) label() string { return strings.TrimSpace(c.Name + " " + c.Detail) }

// A Group has the rows of one subject: a stage, a route.
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

// Quantity returns the cell of a number that is printed with its unit, or is unknown.
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

// A Tone is whether a cell is good or bad for its target.
type Tone int

const (
	Plain Tone = iota
	Good
	Bad
	Quiet
	Strong
)

// Notes are numbered when they are shown.
type Notes []Note

// A Note is a warning about the rows of a target or the whole table.
type Note struct {
	Target int // −1: about all
	Text   string
}

// WithoutEmpty returns the table without empty columns, such as those of a system that cannot
// read process trees.
func (t Table) WithoutEmpty() Table {
	return t.with(func(column int) bool {
		for c := range t.cells(column) {
			if c.Number != "" && c.Number != unit.Unknown {
				return true
			}
		}
		return false
	})
}

// Unnamed returns the table without the columns with these names.
func (t Table) Unnamed(names ...string) Table {
	return t.with(func(column int) bool { return !slices.Contains(names, t.Columns[column].Name) })
}

// cells yields the cells of a column.
func (t Table) cells(column int) iter.Seq[*Cell] {
	return func(yield func(*Cell) bool) {
		for _, g := range t.Groups {
			for _, r := range g.Rows {
				if !yield(&r.Cells[column]) {
					return
				}
			}
		}
	}
}

// with returns the table with some of its columns.
func (t Table) with(keep func(column int) bool) Table {
	out := t
	out.Columns, out.Groups = kept(t.Columns, keep), slices.Clone(t.Groups)
	for i, g := range out.Groups {
		out.Groups[i].Rows = slices.Clone(g.Rows)
		for j, r := range g.Rows {
			out.Groups[i].Rows[j].Cells = kept(r.Cells, keep)
		}
	}
	return out
}

func kept[T any](all []T, keep func(int) bool) (some []T) {
	for i, x := range all {
		if keep(i) {
			some = append(some, x)
		}
	}
	return some
}

// paired reports whether the heads of the groups are beside their rows, since they are only
// names.
func (t Table) paired() bool {
	return len(t.Groups) > 0 && t.Groups[0].Head != "" && t.Groups[0].Aside == ""
}

// Attach puts notes below a table and their numbers beside its rows.
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
