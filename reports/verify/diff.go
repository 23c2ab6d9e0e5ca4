package verify

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"znkr.io/diff"
)

// A row is a line of two texts, side by side.
type row struct {
	Kind      string // same, changed or gap
	Want, Got []span // nil where a text has no such line
	Left      int    // of a gap: how many equal lines it leaves out
}

// The kinds of rows.
const (
	rowSame    = "same"
	rowChanged = "changed"
	rowGap     = "gap"
)

// A span is a part of a line.
type span struct {
	Text    string
	Differs bool
}

const contextLines = 3

// compareLines sets two texts side by side: the lines that differ, and some around them.
func compareLines(want, got []string) (rows []row) {
	at := 0
	for _, h := range diff.Hunks(want, got, diff.Context(contextLines)) {
		rows = addGap(rows, h.PosX-at)
		var removed, added []string
		for _, e := range h.Edits {
			switch e.Op {
			case diff.Delete:
				removed = append(removed, e.X)
			case diff.Insert:
				added = append(added, e.Y)
			default:
				rows = append(addChanged(rows, removed, added), sameRow(e.X))
				removed, added = nil, nil
			}
		}
		rows = addChanged(rows, removed, added)
		at = h.EndX
	}
	if len(rows) > 0 {
		rows = addGap(rows, len(want)-at)
	}
	return rows
}

func addGap(rows []row, left int) []row {
	if left <= 0 {
		return rows
	}
	return append(rows, row{Kind: rowGap, Left: left})
}

func sameRow(line string) row {
	s := []span{{Text: cut(line, longestSame)}}
	return row{Kind: rowSame, Want: s, Got: s}
}

// addChanged pairs the lines of one text with those of the other.
func addChanged(rows []row, removed, added []string) []row {
	for i := range max(len(removed), len(added)) {
		r := row{Kind: rowChanged}
		switch {
		case i >= len(removed):
			r.Got = []span{{cut(added[i], longestLine), true}}
		case i >= len(added):
			r.Want = []span{{cut(removed[i], longestLine), true}}
		default:
			r.Want, r.Got = compareWords(removed[i], added[i])
		}
		rows = append(rows, r)
	}
	return rows
}

var words = regexp.MustCompile(`[\pL\pN_]+|\s+|.`)

// compareWords marks the words that two lines do not share. If they share little, all of both
// lines is marked.
func compareWords(want, got string) (w, g []span) {
	x, y := words.FindAllString(want, -1), words.FindAllString(got, -1)
	equal := 0
	for _, e := range diff.Edits(x, y) {
		switch e.Op {
		case diff.Delete:
			w = addSpan(w, e.X, true)
		case diff.Insert:
			g = addSpan(g, e.Y, true)
		default:
			equal += len(e.X)
			w, g = addSpan(w, e.X, false), addSpan(g, e.Y, false)
		}
	}
	if 4*equal < max(len(want), len(got)) {
		return []span{{cut(want, longestLine), true}}, []span{{cut(got, longestLine), true}}
	}
	return elide(w), elide(g)
}

func addSpan(all []span, word string, differs bool) []span {
	if last := len(all) - 1; last >= 0 && all[last].Differs == differs {
		all[last].Text += word
		return all
	}
	return append(all, span{word, differs})
}

// How much of a line is shown, in runes.
const (
	longestSame = 200  // of an equal line
	longestPart = 80   // of the equal text on each side of a difference
	longestLine = 2000 // of a text that differs
)

// elide shortens the parts of a line.
func elide(all []span) []span {
	for i, s := range all {
		switch {
		case s.Differs:
			all[i].Text = cut(s.Text, longestLine)
		case utf8.RuneCountInString(s.Text) > 2*longestPart:
			r := []rune(s.Text)
			all[i].Text = string(r[:longestPart]) + " … " + string(r[len(r)-longestPart:])
		}
	}
	return all
}

func cut(s string, longest int) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:longest])) + " …"
}

const mostRows = 200 // of a body

// shown returns the rows of a body that a page has room for.
func shown(rows []row) []row { return rows[:min(len(rows), mostRows)] }
