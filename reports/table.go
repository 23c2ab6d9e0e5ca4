package reports

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// A table is what the terminal, the page and the summary show alike: rows in
// groups, a target in each row.
type table struct {
	Caption string
	Columns []column // of the cells; the head of a row stands before them
	Groups  []group
	Notes   []note
}

// A column has a head of up to two lines: the quantity, and its unit or which
// of several it is.
type column struct {
	Name, Detail string
	Title        string // the whole of it, for readers who ask
	Spare        int    // where there is no room, columns go in descending order; 0 stays
	Left         bool   // words, not numbers
}

// label names a column where its head cannot be seen: "runnable max".
func (c column) label() string { return strings.TrimSpace(c.Name + " " + c.Detail) }

// A group of rows is about one thing: a stage, a route.
type group struct {
	Head, Aside string
	Rows        []row
}

type row struct {
	Head   string
	Target int // number of the target, −1 for none
	Cells  []cell
	Marks  []int // numbers of notes, from 1
}

// A cell is a number with its unit, so that units can be aligned.
type cell struct {
	Number, Unit string
	Tone         tone
}

// quantity is the cell of a number that is printed with its unit, or is not known.
func quantity(text string) cell {
	if text == unit.Unknown {
		return cell{Number: text, Tone: quiet}
	}
	number, name, _ := strings.Cut(text, " ")
	return cell{Number: number, Unit: name}
}

func (c cell) String() string {
	if c.Unit == "" {
		return c.Number
	}
	return c.Number + " " + c.Unit
}

// A tone says what a cell means for its target.
type tone int

const (
	plain tone = iota
	good
	bad
	quiet
	strong
)

// A note is a doubt about the rows of a target or the whole table.
type note struct {
	Target int // −1: about all
	Text   string
}

// without returns the table without its empty columns: a system that cannot
// look into a process tree has nothing to show there.
func (t table) without(empty func(c cell) bool) table {
	var keep []int
	for i := range t.Columns {
		if !t.all(i, empty) {
			keep = append(keep, i)
		}
	}
	return t.only(keep)
}

func (t table) all(i int, is func(cell) bool) bool {
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if !is(r.Cells[i]) {
				return false
			}
		}
	}
	return true
}

// unnamed returns the table without the columns of such names.
func (t table) unnamed(names ...string) table {
	var keep []int
	for i, c := range t.Columns {
		if !slices.Contains(names, c.Name) {
			keep = append(keep, i)
		}
	}
	return t.only(keep)
}

// only returns the table with some of its columns.
func (t table) only(keep []int) table {
	out := t
	out.Columns, out.Groups = nil, nil
	for _, i := range keep {
		out.Columns = append(out.Columns, t.Columns[i])
	}
	for _, g := range t.Groups {
		rows := make([]row, len(g.Rows))
		for j, r := range g.Rows {
			rows[j] = r
			rows[j].Cells = nil
			for _, i := range keep {
				rows[j].Cells = append(rows[j].Cells, r.Cells[i])
			}
		}
		out.Groups = append(out.Groups, group{Head: g.Head, Aside: g.Aside, Rows: rows})
	}
	return out
}

// paired reports whether the heads of the groups stand beside their rows: those
// that are only a name.
func (t table) paired() bool {
	return len(t.Groups) > 0 && t.Groups[0].Head != "" && t.Groups[0].Aside == ""
}
